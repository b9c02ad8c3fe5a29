"""The letter a mail encloses: ours, which came back with a report, whole or only its header fields."""

import re
from collections.abc import Mapping, Sequence

from drip.inbound.parse import parse_fields
from drip.inbound.part import Part

_ENCLOSED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_HEAD = re.compile(
    r"^(?:> ?)*(?:Received|Return-Path|Message-ID|Date|From|To|Subject|MIME-Version|X-[\w-]+|DKIM-Signature|"
    r"Content-Type|Reply-To|Delivered-To|Sender):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_LINES = 4  # header fields one after the other that make a head of a letter and not of a table
_LONGEST = 32_768  # characters


def returned_fields(mail: Part) -> Mapping[str, Sequence[str]]:
    """The header fields of the enclosed letter; nothing where there is none."""
    for part in mail.walk():
        if part.kind in _ENCLOSED and part.parts:
            return part.parts[0].headers
    return {}


def own_words(text: str) -> tuple[str, Mapping[str, Sequence[str]]]:
    """A text before the letter that is quoted in it, and the header fields of that letter."""
    at = _letter_in(text)
    if at is None:
        return text, {}
    quoted = "\n".join(line.lstrip("> ") if line.startswith(">") else line for line in text[at:].splitlines()[:200])
    return text[:at], parse_fields(quoted.partition("\n\n")[0][:_LONGEST])


def _letter_in(text: str) -> int | None:
    """Where several header fields stand one below the other, as no person writes them."""
    run, begun, last = 0, 0, -1
    for found in _HEAD.finditer(text):
        follows = last >= 0 and not _parted(text, last, found.start())
        run, begun = (run + 1, begun) if follows else (1, found.start())
        last = found.end()
        if run >= _LINES:
            return begun
    return None


def _parted(text: str, last: int, at: int) -> bool:
    """Whether something other than the rest of the field before stands in between."""
    between = text[last:at].split("\n")[1:-1]
    return any(line[:1] not in (" ", "\t", ">") for line in between)
