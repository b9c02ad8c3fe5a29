"""Copies of sent letters: where they go, what goes there, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from drip.domain.errors import DripError
from drip.outbound.transport import Security


class Where(StrEnum):
    """How far we came before it went wrong."""

    CONNECT = "connect"
    LOGIN = "login"
    FOLDER = "folder"
    COPY = "copy"


class ImapError(DripError):
    """A server that cannot be used, or not so: `where` it went wrong, and in words what to do."""

    def __init__(self, where: Where, words: str) -> None:
        """`words` are for people."""
        super().__init__(words)
        self.where = where


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where copies go, and as whom. No folder: the one the server calls Sent."""

    host: str
    port: int
    security: Security
    login: str
    password: str = field(repr=False)
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter to be copied: the bytes it was sent as, and when."""

    send_id: int
    message_id: str
    at: datetime
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of copies: those that stand in the folder, those the server refused and why; and what ended it
    before all were done."""

    copied: tuple[int, ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    trouble: ImapError | None = None
