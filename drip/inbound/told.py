"""Read returns that mail systems tell of in words: whom the letter did not reach, and why."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from itertools import islice

from drip.inbound.addresses import ADDRESS, BARE, addresses, addresses_of
from drip.inbound.notices import CUT, DAEMONS, DELAYED, FAILED, GAVE_UP, NAMES, PLAINLY, SUBJECTS
from drip.inbound.part import Part
from drip.inbound.report import MOST, Action, Report, Return, status_in
from drip.inbound.returned import own_words, returned_fields

_LONGEST = 32_768  # characters of a notice that are read
_TAG = re.compile(r"<[a-zA-Z/!][^>@]{0,1000}>")
_UNSEEN = ("head", "style", "script")
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|hr)\b[^>]{0,500}>", re.IGNORECASE)
_OWN_LINE = re.compile(
    rf"^[ \t>*•|-]{{0,12}}(?:(?P<label>[A-Za-z][A-Za-z -]{{1,28}}:|\d+[.)]|"
    rf"[45]\d\d[ -](?:[45]\.\d\.\d )?)[ \t]*)?[(<\[\"']{{0,2}}(?:mailto:|smtp[:;]|rfc822;)?[ \t]*"
    rf"(?P<address>{BARE})[)>\]\"']{{0,2}}"
    rf"(?P<rest>.{{0,500}})$",
    re.MULTILINE | re.IGNORECASE,
)
_ENDS = re.compile(r"[ \t]*(?:[:.;,]|-{1,3}[ \t]|\(|\[|on |=>|by |$)")
_EXPANDED = re.compile(rf"[ \t]*\(expanded from: <?({BARE})>?\)")
_ANSWERS = re.compile(r"\s*(?:re|fwd?|aw|wg|sv|vs|antw|tr|rv|r)\s*(?:\[\d+\])?:", re.IGNORECASE)
_FIRST = 800  # characters in which a notice that has no other sign must say what it is
_GREETS = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon)|hallo|guten \w+|sehr geehrte\w?|liebe[r]?|bonjour|hola|"
    r"buen[oa]s \w+|estimad\w+|ciao|buongiorno|gentile|ol[áa]|prezad\w+|beste|geachte|hej|dzie[ńn] dobry|お世話に)"
    r"(?: [\w.'-]+){0,4}[ ]?(?:[,!:–-]|\n)",
    re.IGNORECASE,
)  # "Hi. This is the qmail-send program" is none
_PASSED_ON = re.compile(
    r"^[ \t>]*(?:-{2,}[ \t]?(?:forwarded message|weitergeleitete nachricht|original message|ursprüngliche nachricht|"
    r"(?:message|e-?mail|mail) (?:transféré|d'origine|original)|mensaje (?:reenviado|original)|messaggio (?:inoltrato|"
    r"originale)|mensagem (?:encaminhada|original)|doorgestuurd bericht|oorspronkelijk bericht)|"
    r"begin forwarded message|anfang der weitergeleiteten nachricht|on [^\n]{6,160} wrote:[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_RCPT = re.compile(r"RCPT TO: ?<([^<>\s]+@[^<>\s]+)>", re.IGNORECASE)
_NOT_THEM = re.compile(
    r"^[ \t>*|-]{0,12}(?:from|sender|reply-to|return-path|by|contact|help|cc|date|message-?id|references|"
    r"in-reply-to|subject)\b",
    re.IGNORECASE,
)
_AROUND = 240  # characters on either side of an address in which it is said that a letter failed
_US = ("to", "delivered-to", "envelope-to", "x-envelope-to")


def is_notice(mail: Part) -> bool:
    """Whether a mail system wrote it, by what it says of itself: it answers nobody (RFC 5321 section 4.5.5), or has
    the name of a program and the subject of a notice."""
    if mail.get("x-failed-recipients"):
        return True
    sender, subject = mail.get("from"), mail.get("subject")
    local = (addresses_of([sender]) or [sender.strip().lower().strip("<>")])[0].partition("@")[0]
    path = mail.get("return-path").strip().lower()
    unanswerable = path in ("<>", "< >") or path.strip("<>").startswith("mailer-daemon")
    if DAEMONS.fullmatch(local.strip()) is not None or NAMES.search(sender) is not None:
        return True
    if unanswerable and SUBJECTS.search(subject) is not None:
        return True
    if not unanswerable and (not _says_so(subject) or mail.get("in-reply-to")):
        return False
    return _is_told_plainly(mail, by_a_person=not unanswerable)


def _says_so(subject: str) -> bool:
    return SUBJECTS.search(subject) is not None and _ANSWERS.match(subject) is None


def _is_told_plainly(mail: Part, by_a_person: bool) -> bool:
    """Whether its first words are that a letter did not arrive, and to whom; people greet before they tell of one."""
    words, _ = _words(mail)
    start = words.lstrip()[:_FIRST]
    if by_a_person and (passed_on := _PASSED_ON.search(start)):
        start = start[: passed_on.start()]  # somebody's words, and below them a notice they got
    if by_a_person and _GREETS.match(start):
        return False
    return PLAINLY.search(start) is not None and ADDRESS.search(start) is not None


def read_told(mail: Part) -> Report | None:
    """The returns a notice tells of in words; None where it is none, or names nobody it failed to reach."""
    if not is_notice(mail):
        return None
    words, quoted = _words(mail)
    returned = {**quoted, **returned_fields(mail)}
    ours = set(addresses_of(one for name in _US for one in mail.all(name)))
    ours |= set(addresses_of([*mail.all("from"), *returned.get("from", ()), *returned.get("return-path", ())]))
    to = [one for one in addresses_of(returned.get("to", ())) if one not in ours]
    found, by = _recipients(mail, words, ours, to)
    if not found:
        return None
    is_late = DELAYED.search(words) is not None and GAVE_UP.search(words) is None
    action = Action.DELAYED if is_late else Action.FAILED
    found = found[:MOST]
    return Report(tuple(Return(one, action, *_why(words, one, found)) for one in found), by)


def said_of(mail: Part, recipients: Sequence[str]) -> list[str]:
    """What a notice says of each of its recipients, in words."""
    words, _ = _words(mail)
    return [_why(words, one, recipients)[1] if words else "" for one in recipients]


def _recipients(mail: Part, words: str, ours: set[str], to: Sequence[str]) -> tuple[list[str], str]:
    """Whom the letter did not reach, by the surest sign there is."""
    named = addresses_of(mail.all("x-failed-recipients"))
    if named:
        return named, "x-failed-recipients"
    if not FAILED.search(words) and not SUBJECTS.search(mail.get("subject")):
        return [], ""
    lines = _on_own_lines(words, ours)
    known = [one for one in lines if one in to]
    if lines:
        return known or lines, "own_line"
    asked = [one for one in addresses(" ".join(_RCPT.findall(words))) if one not in ours]
    if asked:
        return asked, "rcpt"
    near = [one for one in _near_failure(f"{mail.get('subject')}\n{words}") if one not in ours]
    known = [one for one in near if one in to]
    return (known or near, "near_failure") if near else (list(to), "returned_to")


def _words(mail: Part) -> tuple[str, Mapping[str, Sequence[str]]]:
    """What the notice itself says, and the header fields of a letter quoted behind it."""
    texts = [one for one in mail.walk() if one.kind.startswith("text/") and one.kind != "text/rfc822-headers"]
    plain = [one.text(_LONGEST) for one in texts if one.kind != "text/html"] or [
        plain_words(one.text(_LONGEST * 4)) for one in texts
    ]
    whole = "\n".join(plain)[:_LONGEST]
    said, quoted = own_words(whole)
    cut = CUT.search(said)
    if cut is not None and addresses(said[: cut.start()]):
        said = said[: cut.start()]
    return said, quoted


def plain_words(page: str) -> str:
    """The words of a page, a line for each block of it."""
    for name in _UNSEEN:
        page = _without(page, f"<{name}", f"</{name}")
    return unescape(_TAG.sub(" ", _BREAK.sub("\n", page)))


def _without(page: str, begins: str, ends: str) -> str:
    """A page without what stands between these marks, in any case; what has no end stays."""
    low, at, kept = page.lower(), 0, list[str]()
    if len(low) != len(page):
        return page
    while (start := low.find(begins, at)) >= 0 and (end := low.find(ends, start)) >= 0:
        kept.append(page[at:start])
        at = end
    return "".join((*kept, page[at:]))


def _on_own_lines(words: str, ours: set[str]) -> list[str]:
    found: dict[str, None] = {}
    to: dict[str, None] = {}
    for line in words.splitlines():
        held = _OWN_LINE.match(line) if "@" in line and not _NOT_THEM.match(line) else None
        if held is not None and (_ENDS.match(held["rest"]) or FAILED.search(held["rest"])):
            kept = to if (held["label"] or "").lower() == "to:" else found  # a letter's own field may be repeated
            kept[held["address"].lower()] = None
        expanded = _EXPANDED.match(line)
        if expanded is not None:
            found[expanded[1].lower()] = None
    found = found or to
    return [one for one in found if one not in ours] or list(found)


def _near_failure(words: str) -> list[str]:
    """Addresses in whose sentences, or the next ones, it is said that something failed."""
    found: dict[str, None] = {}
    for held in islice(ADDRESS.finditer(words), MOST):
        around = words[max(0, held.start() - _AROUND) : held.end() + _AROUND]
        if FAILED.search(around):
            found[held[1].lower()] = None
    return list(found)


def _why(words: str, recipient: str, others: Iterable[str]) -> tuple[str, str]:
    """Status and words of what is said of one recipient: from its address to the next one's."""
    low = words.lower()
    at = low.find(recipient)
    after = low[at + len(recipient) :] if at >= 0 else low
    ends = [place for one in others if one != recipient and (place := after.find(one)) > 0]
    said = words[at + len(recipient) :][: min([*ends, 1500])] if at >= 0 else words[:1500]
    if not re.search(r"[A-Za-z\u3040-\u9fff]{3}", said):
        said = words[max(0, at - 600) : at] if at >= 0 else words[:1500]
    return status_in(said) or status_in(words), " ".join(said.split()).lstrip(" >)]:.,;-\"'")
