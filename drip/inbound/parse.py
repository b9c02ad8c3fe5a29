"""Parse: any bytes as a mail. Nothing makes it fail, and its work is bounded (RFC 5322, 2045, 2046)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from drip.inbound.part import Part

MOST_PARTS = 100  # parts of one mail that are looked at
DEEPEST = 8  # parts within parts
LONGEST_HEAD = 262_144  # octets of one head
_BEHIND_MARK = 80  # octets behind a boundary in which its line must end
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_LINE_END = re.compile(rb"\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+|\r\n?[ \t]+")
_FIELD = re.compile(r"([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:[ \t]*(.*)")
_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n|>?From [^\r\n]*\r?\n)*")  # what editors and folders put before
_PARAMETER = re.compile(r";\s*([A-Za-z0-9_*-]{1,60})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^\s;]+))")
_KIND = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_ENCLOSES = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
# Every mail has one of these (RFC 5322 section 3.6, RFC 2045).
_OF_MAILS = frozenset({"from", "to", "date", "subject", "message-id", "received", "return-path", "content-type"})


@dataclass(slots=True)
class _Work:
    """What is left of the work one mail may make."""

    parts: int = MOST_PARTS


def parse(raw: bytes) -> Part:
    """The mail in these bytes, its parts within it; of bytes that are no mail, a part without header fields."""
    before = _BEFORE.match(raw)
    return _part(raw, before.end() if before else 0, len(raw), DEEPEST, _Work())


def is_mail(found: Part) -> bool:
    """Whether these bytes are a mail, however broken: one header field of a mail is enough; a file that has none of
    them was taken for one."""
    return not _OF_MAILS.isdisjoint(found.headers)


def parse_fields(text: str) -> dict[str, list[str]]:
    """Header fields in a text: lower-case names to values, in their order, each unfolded."""
    found: dict[str, list[str]] = {}
    for line in _FOLD.sub(" ", text).splitlines():
        named = _FIELD.fullmatch(line)
        if named is not None:
            found.setdefault(named[1].lower(), []).append(named[2].strip())
    return found


def _part(raw: bytes, start: int, end: int, depth: int, work: _Work) -> Part:
    work.parts -= 1
    head, body = _head(raw, start, end)
    headers = parse_fields(head)
    kind, parameters = _content_type(headers)
    parts: list[Part] = []
    if depth > 0:
        if kind.startswith("multipart/"):
            parts = _parts(raw, body, end, parameters.get("boundary", ""), depth, work)
        elif kind in _ENCLOSES and work.parts > 0:
            parts = [_enclosed(raw, body, end, headers, depth, work)]
    return Part(raw, body, end, headers, kind, parameters, tuple(parts))


def _head(raw: bytes, start: int, end: int) -> tuple[str, int]:
    """The head as text, and where the body begins; without a head all is body."""
    limit = min(end, start + LONGEST_HEAD)
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return "", start + (1 if raw[start : start + 1] == b"\n" else 2)
    first = _LINE_END.search(raw, start, limit)
    line = raw[start : first.start() if first else limit]
    if _FIELD.match(line.decode("latin-1")) is None:
        return "", start
    over = _END_OF_HEAD.search(raw, start, limit)
    head = raw[start : over.start() if over else limit].replace(b"\0", b"")  # which databases refuse
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return text, over.end() if over else limit


def _content_type(headers: Mapping[str, list[str]]) -> tuple[str, dict[str, str]]:
    value = headers.get("content-type", ("",))[0]
    kind = value.partition(";")[0].strip().lower()
    if not _KIND.fullmatch(kind):
        kind = "text/plain"
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(value[:4096]):
        parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else bare)
    return kind, parameters


def _parts(raw: bytes, start: int, end: int, boundary: str, depth: int, work: _Work) -> list[Part]:
    """The parts between the boundaries; one part of it all where there are none (RFC 2046 section 5.1)."""
    if not boundary:
        return [_part(raw, start, end, 0, work)] if work.parts > 0 else []
    found: list[Part] = []
    begun: int | None = None
    for at, after, is_last in _marks(raw, start, end, b"--" + boundary.encode("utf-8", "replace")):
        if begun is not None and work.parts > 0:
            found.append(_part(raw, begun, _before(raw, begun, at), depth - 1, work))
        begun = None if is_last else after
        if work.parts <= 0:
            return found
    if begun is not None and work.parts > 0:
        found.append(_part(raw, begun, end, depth - 1, work))
    return found or ([_part(raw, start, end, 0, work)] if work.parts > 0 else [])


def _marks(raw: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Every line that is this boundary: where it begins, where the next one does, and whether it is the last."""
    at = start
    while (at := raw.find(mark, at, end)) >= 0:
        behind = at + len(mark)
        if at == start or raw[at - 1 : at] in (b"\n", b"\r"):
            stop = raw.find(b"\n", behind, min(end, behind + _BEHIND_MARK))
            rest = raw[behind : stop if stop >= 0 else min(end, behind + _BEHIND_MARK)].rstrip()
            if rest in (b"", b"--"):
                yield at, stop + 1 if stop >= 0 else min(end, behind + _BEHIND_MARK), rest == b"--"
        at = behind


def _before(raw: bytes, start: int, mark: int) -> int:
    """Where a part ends: the line end before a boundary belongs to that."""
    if mark - 1 >= start and raw[mark - 1 : mark] == b"\n":
        mark -= 1
    return mark - 1 if mark - 1 >= start and raw[mark - 1 : mark] == b"\r" else mark


def _enclosed(raw: bytes, start: int, end: int, headers: Mapping[str, list[str]], depth: int, work: _Work) -> Part:
    """The message inside a part; decoded first where it may not be and is (RFC 2046 section 5.2.1)."""
    encoding = headers.get("content-transfer-encoding", ("",))[0].strip().lower()
    if encoding in ("base64", "quoted-printable"):
        own = Part(raw, start, end, headers).text().encode()
        return _part(own, 0, len(own), depth - 1, work)
    while start < end and raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    return _part(raw, start, end, depth - 1, work)
