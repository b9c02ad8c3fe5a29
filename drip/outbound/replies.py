"""SMTP replies as they come in: read strictly, within limits (RFC 5321 sections 4.2 and 4.5.3.1)."""

import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

from drip.domain.said import one_line

LONGEST_LINE = 4096  # octets; the RFC's own limit is 512
LONGEST_REPLY = 32768
_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")


class ReplyError(Exception):
    """What came is no SMTP reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply. `text` is on one line, with the enhanced code where there is one."""

    code: int
    text: str

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code the text begins with (RFC 2034, RFC 3463)."""
        return enhanced_in(self.text)


@lru_cache(maxsize=256)
def enhanced_in(text: str) -> str | None:
    """The enhanced status code a reply's text begins with, None if it begins otherwise."""
    found = _ENHANCED.match(text.lstrip())
    return found[0] if found else None


class ReplyReader:
    """Puts replies together from what comes in, in whatever pieces; `replies` are the whole ones."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self._rest = b""
        self._code = 0
        self._said: list[bytes] = []
        self._size = 0

    @property
    def is_empty(self) -> bool:
        """Whether no reply waits to be read and nothing of a next one has come."""
        return not self.replies and not self._rest and not self._said

    def feed(self, data: bytes) -> None:
        """Read what came. Raises ReplyError for what is no reply, or too long, after those before it."""
        *lines, self._rest = (self._rest + data if self._rest else data).split(b"\n")
        for line in lines:
            whole = None if self._said else _in_one_line(line)
            if whole is None:
                self._line(line)
            else:
                self.replies.append(whole)
        if len(self._rest) > LONGEST_LINE:
            raise ReplyError("the server sent a line without end")

    def _line(self, line: bytes) -> None:
        found = _LINE.fullmatch(line.rstrip(b"\r"))
        self._size += len(line)
        if found is None or (self._said and int(found[1]) != self._code):
            raise ReplyError(f"the server sent what is no reply: {one_line(repr(line[:60]))}")
        if len(line) > LONGEST_LINE or self._size > LONGEST_REPLY:
            raise ReplyError("the server sent a reply without end")
        self._code = int(found[1])
        self._said.append(found[3] or b"")
        if found[2] != b"-":
            text = b" ".join(self._said).decode("utf-8", "replace")
            self.replies.append(Reply(self._code, one_line(text)))
            self._said, self._size = [], 0


@lru_cache(maxsize=256)
def _in_one_line(line: bytes) -> Reply | None:
    """The reply of one line, as nearly all are; servers say the same few again and again."""
    found = _LINE.fullmatch(line.rstrip(b"\r"))
    if found is None or found[2] == b"-" or len(line) > LONGEST_LINE:
        return None
    return Reply(int(found[1]), one_line((found[3] or b"").decode("utf-8", "replace")))
