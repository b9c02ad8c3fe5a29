"""Match: what in a mail says which letter or which person it is about, the surest first (MAIL 28, 29, 33, 42)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from drip.domain.errors import TokenError
from drip.domain.ids import send_of, send_of_envelope
from drip.domain.return_path import bounced_send
from drip.domain.token import Link, read_link
from drip.inbound.addresses import addresses_of
from drip.inbound.parse import parse_fields
from drip.inbound.part import Part
from drip.inbound.returned import own_words, returned_fields

Fields = Mapping[str, Sequence[str]]

MOST = 50  # texts of one kind that are looked at in a mail
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status", "message/feedback-report"})
_LONGEST_REPORT = 65_536  # octets
_TO = ("delivered-to", "x-original-to", "envelope-to", "to", "cc")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_TOKEN = re.compile(r"(?<![\w-])[\w-]{40,512}(?![\w-])", re.ASCII)
_TAGGED_TOKEN = re.compile(r"\+([\w-]{40,60})@", re.ASCII)


class How(StrEnum):
    """What a clue is made of."""

    OPT_OUT_LINK = "opt_out_link"  # the token of a letter's way out, in an address or a subject (MAIL 19)
    RETURN_PATH = "return_path"  # the address for bounces that is this letter's alone (MAIL 29)
    ENVELOPE_ID = "envelope_id"  # what we gave the letter for reports (MAIL 33)
    MESSAGE_ID = "message_id"  # that of the letter which came back
    LINK = "link"  # the way out in the letter which came back (MAIL 42)
    THREAD = "thread"  # In-Reply-To or References
    ADDRESS = "address"  # only what somebody says of themselves (MAIL 28)


@dataclass(frozen=True, slots=True)
class Clue:
    """What a mail is about: a send, which our secret proves, or an address, which proves nothing."""

    how: How
    send_id: int | None = None
    address: str = ""

    @property
    def is_proof(self) -> bool:
        """Whether nobody without a letter of ours could have made it up."""
        return self.send_id is not None


def match(mail: Part, secret: bytes, to: Iterable[str] = ()) -> tuple[Clue, ...]:
    """The clues in a mail, the surest first; each send and address once. `to` are the recipients of its envelope,
    where they are known. A token that was made up or changed is no clue at all."""
    came_to = [*to, *(one for name in _TO for one in addresses_of(mail.all(name)))]
    letters = list(_letters(mail))
    reports = [parse_fields(part.text(_LONGEST_REPORT)) for part in mail.walk(inside=True) if part.kind in _REPORTS]
    senders = [*_of(letters, "return-path"), *_of(reports, "original-mail-from")]
    found: dict[object, Clue] = {}
    for how, read, texts in (
        (How.OPT_OUT_LINK, _opted_out, _tokens(mail.get("subject"), came_to)),
        (How.RETURN_PATH, bounced_send, [*came_to, *senders]),
        (How.ENVELOPE_ID, send_of_envelope, _of(reports, "original-envelope-id")),
        (How.MESSAGE_ID, send_of, _ids(_of([*letters, *reports], "message-id", "original-message-id"))),
        (How.LINK, _any_link, _TOKEN.findall(" ".join(_of(letters, "list-unsubscribe")))),
        (How.THREAD, send_of, _ids([*mail.all("in-reply-to"), *mail.all("references")[:1]])),
    ):
        for send_id in _read(read, secret, texts):
            found.setdefault(send_id, Clue(how, send_id))
    for one in addresses_of([*mail.all("from")[:1], *mail.all("reply-to")[:1]]):
        found.setdefault(one, Clue(How.ADDRESS, address=one))
    return tuple(found.values())


def match_names(names: Mapping[How, str], secret: bytes) -> tuple[Clue, ...]:
    """The clues in what somebody else calls a letter: its return path, envelope id and Message-ID, the surest first."""
    found: dict[int, Clue] = {}
    for how, read in ((How.RETURN_PATH, bounced_send), (How.ENVELOPE_ID, send_of_envelope), (How.MESSAGE_ID, send_of)):
        for send_id in _read(read, secret, [names[how]] if names.get(how) else []):
            found.setdefault(send_id, Clue(how, send_id))
    return tuple(found.values())


def is_ours(mail: Part, secret: bytes) -> bool:
    """Whether a mail is a letter of our own that came to us, such as a copy of it: nothing is heard by it."""
    return any(_read(send_of, secret, _ids(mail.all("message-id"))))


def _letters(mail: Part) -> Iterator[Fields]:
    """The header fields of letters a mail brings back: enclosed, or written out among the words of a server."""
    enclosed = returned_fields(mail)
    if enclosed:
        yield enclosed
        return
    for part in islice((one for one in mail.walk() if one.kind.startswith("text/")), MOST):
        quoted = own_words(part.text())[1]
        if quoted:
            yield quoted


def _of(several: Iterable[Fields], *names: str) -> list[str]:
    return [value for fields in several for name in names for value in fields.get(name, ())]


def _ids(values: Iterable[str]) -> list[str]:
    """The Message-IDs in these fields; of a thread the newest first (RFC 5322 section 3.6.4)."""
    return [one for value in values for one in reversed(_MESSAGE_ID.findall(value))]


def _tokens(subject: str, came_to: Iterable[str]) -> list[str]:
    tagged = [one for address in came_to for one in _TAGGED_TOKEN.findall(address)]
    return [*tagged, *_TOKEN.findall(subject)]


def _read(read: Callable[[bytes, str], int], secret: bytes, texts: Iterable[str]) -> Iterator[int]:
    """The sends that these texts prove."""
    for text in islice(texts, MOST):
        try:
            yield read(secret, text)
        except (TokenError, ValueError):
            continue


def _opted_out(secret: bytes, token: str) -> int:
    link = read_link(secret, token)
    if link.link is not Link.OPT_OUT or not link.send:
        raise TokenError("This is not the token of a way out.")
    return link.send


def _any_link(secret: bytes, token: str) -> int:
    send = read_link(secret, token).send
    if not send:
        raise TokenError("A test letter's links name no send.")
    return send
