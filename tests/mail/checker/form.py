"""The form of a message: sentences 1 to 8 (RFC 5322, RFC 2045 to 2047)."""

import re
from collections import Counter
from collections.abc import Iterator

from tests.mail.checker.addresses import mailboxes
from tests.mail.checker.arrived import END, Arrived, Part
from tests.mail.checker.known import Check, Known

ONCE_AT_MOST = ("to", "cc", "subject", "message-id", "reply-to", "sender", "in-reply-to", "references")
# All that a letter of ours may carry; whatever else stands in its head was brought in by somebody.
EXPECTED = {
    *("from", "date", *ONCE_AT_MOST, "mime-version", "content-type", "content-transfer-encoding"),
    *("list-unsubscribe", "list-unsubscribe-post", "list-id", "feedback-id", "dkim-signature"),
    *("auto-submitted", "x-auto-response-suppress"),
}
LONGEST_LINE, FOLDS_AT = 998, 78
_ID = r"<[^<>@\s]+@[^<>@\s]+>"
_IDS = re.compile(rf"{_ID}(?:\s+{_ID})*")
_PRETENDS = re.compile(r"\s*(?:re|fwd?)\s*:", re.IGNORECASE)
_BREAKABLE = re.compile(rb"[^ \t][ \t]+[^ \t]")
_DATE = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"\d{4} \d\d:\d\d(?::\d\d)? [+-]\d{4}"
)


def each_field_once(mail: Arrived, _known: Known) -> Iterator[str]:
    """1: one From with one address, one Date, at most one of the others."""
    count = Counter(one.name for one in mail.whole.fields)
    for name in ("from", "date"):
        if count[name] != 1:
            yield f"{name} stands there {count[name]} times"
    for name in ONCE_AT_MOST:
        if count[name] > 1:
            yield f"{name} stands there {count[name]} times"
    if len(mailboxes(mail.whole.one("from"))) != 1:
        yield f"From has not one address: {mail.whole.one('from')}"
    if not _DATE.fullmatch(mail.whole.one("date")):
        yield f"no date: {mail.whole.one('date')}"


def a_message_id_of_ours(mail: Arrived, known: Known) -> Iterator[str]:
    """2: a Message-ID whose right side is a domain of ours."""
    value = mail.whole.one("message-id")
    if not re.fullmatch(_ID, value):
        yield f"no Message-ID: {value!r}"
    elif value.rpartition("@")[2].rstrip(">").lower() not in known.domains:
        yield f"the right side is not ours: {value}"


def one_author(mail: Arrived, _known: Known) -> Iterator[str]:
    """3: never more than one mailbox in From, with a Sender or without."""
    if sum(len(mailboxes(value)) for value in mail.whole.said("from")) > 1:
        yield "From has more than one mailbox"


def clean_lines(mail: Arrived, _known: Known) -> Iterator[str]:
    """4: CRLF only, no line over 998 octets, header lines fold at 78 where they can."""
    if re.search(rb"\r(?!\n)|(?<!\r)\n", mail.data):
        yield "a bare CR or LF"
    if not mail.data.endswith(END):
        yield "the last line has no end"
    for line in mail.data.split(END):
        if len(line) > LONGEST_LINE:
            yield f"a line of {len(line)} octets"
    for field in mail.whole.fields:
        for line in field.lines:
            if len(line.decode("utf-8", "replace")) > FOLDS_AT and _BREAKABLE.search(line.lstrip(b" \t")):
                yield f"{field.name} is not folded: {len(line)} octets"
            if not line.strip(b" \t"):
                yield f"{field.name} has an empty line in it"


def nothing_brought_in(mail: Arrived, _known: Known) -> Iterator[str]:
    """5: no field that we do not write, no control character in any: nobody's words became a header."""
    for field in mail.whole.fields:
        if field.name not in EXPECTED:
            yield f"an unexpected field: {field.name or field.raw[:40]!r}"
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", field.raw.replace(b"\r\n", b"")):
            yield f"a control character in {field.name}"


def honest_thread(mail: Arrived, _known: Known) -> Iterator[str]:
    """6: a thread is told in full, and a subject begins like an answer only where it is one."""
    answers, references = mail.whole.one("in-reply-to"), mail.whole.one("references")
    if answers and not re.fullmatch(_ID, answers):
        yield f"In-Reply-To is not one Message-ID: {answers}"
    if references and not _IDS.fullmatch(references):
        yield f"References are no Message-IDs: {references}"
    if bool(answers) != bool(references) or (answers and references.split()[-1:] != [answers]):
        yield "References do not end with what In-Reply-To names"
    if _PRETENDS.match(mail.whole.one("subject")) and not answers:
        yield f"it answers nothing: {mail.whole.one('subject')}"


def text_then_page(mail: Arrived, _known: Known) -> Iterator[str]:
    """8: multipart/alternative with text/plain, then text/html, in an encoding that may be sent; an invitation
    has its calendar as the last."""
    if mail.whole.one("mime-version") != "1.0":
        yield "no MIME-Version: 1.0"
    if mail.whole.media_type != "multipart/alternative":
        yield f"it is {mail.whole.media_type}"
    kinds = [part.media_type for part in mail.whole.parts]
    if kinds not in (["text/plain", "text/html"], ["text/plain", "text/html", "text/calendar"]):
        yield f"its parts are {kinds}"
    eight = any(option.upper() == "BODY=8BITMIME" for option in mail.mail_options)
    if eight and "8BITMIME" not in mail.offered:
        yield "8BITMIME was asked for, not offered"
    for part in mail.whole.parts:
        for wrong in _encoding(part, eight):
            yield f"{part.media_type}: {wrong}"


def _encoding(part: Part, eight: bool) -> Iterator[str]:
    """What is wrong with how one part is encoded (RFC 2045 section 6)."""
    lines = part.content.split(END)
    try:
        if not part.text.strip():
            yield "it is empty"
    except (ValueError, LookupError) as error:
        yield f"it cannot be decoded: {error}"
    if not part.content.isascii() and not (eight and part.encoding == "8bit"):
        yield "it has 8-bit octets that no encoding covers"
    if part.encoding in ("quoted-printable", "base64") and max(map(len, lines)) > 76:
        yield f"{part.encoding} lines are longer than 76"
    if part.encoding == "quoted-printable" and re.search(rb"=(?![0-9A-Fa-f]{2}|\r\n)|[ \t]\r\n", part.content):
        yield "its quoted-printable is none"


CHECKS = (
    Check(1, each_field_once),
    Check(2, a_message_id_of_ours),
    Check(3, one_author),
    Check(4, clean_lines),
    Check(5, nothing_brought_in),
    Check(6, honest_thread),
    Check(8, text_then_page),
)
