"""Copies of sent letters: what goes into the folder of sent mail, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime

from drip.imap.account import ImapError


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
