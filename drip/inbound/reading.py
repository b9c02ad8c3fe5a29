"""Reading the octets of one mail, from DATA to the lone dot that ends it (RFC 5321 section 4.1.1.4)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

PIECE = 65_536  # octets that are read at once
TOO_LARGE = "552 5.3.4 This mail is too large; at most {0} octets are taken"
NO_ROOM = "452 4.3.1 Too much mail at once; please try again later"
_START = b"\r\n"  # as if a line had ended before the first one
_DOT = b".\r\n"
_END = b"\r\n.\r\n"
_TELL_EVERY = 1.0  # seconds


@dataclass(slots=True)
class Room:
    """What mails that come in may take until they are kept, in octets: each, and all together. `held` is what they take
    now."""

    largest: int
    most: int
    held: int = 0


class Reading:
    """One mail. Its lines may be as long as they like and hold anything; only <CR><LF>.<CR><LF> ends it."""

    def __init__(self, reader: asyncio.StreamReader, room: Room, heard: Callable[[], None]) -> None:
        """`reader` takes pieces of PIECE octets; `heard` is called at the start, and then now and again
        while pieces come."""
        self._reader = reader
        self._room = room
        self._heard = heard
        self._told = 0.0
        self._mail = bytearray(_START)
        self._held = 0  # octets of the room that it takes
        self._octets = 0  # that came
        self._dots = 0  # of them that begin a line
        self._refused = ""
        self.is_cut = False  # the rest of it was not read

    async def read(self) -> bytes | str:
        """The mail without the dots that were added on the way (section 4.5.2), or the words to refuse it with.

        One that is too large is read to its end, so that the peer hears of it, but not for ever. Raises what the
        reader raises when the connection ends.
        """
        self._heard()
        try:
            ended = False
            while not ended and not self.is_cut:
                ended = await self._piece()
                self._hold(len(self._mail))
                self._weigh(ended)
            return self._refused or self._whole()
        finally:
            self._hold(0)

    def _hold(self, octets: int) -> None:
        self._room.held += octets - self._held
        self._held = octets

    async def _piece(self) -> bool:
        """Read on; whether that was the end. A piece ends after each dot before a line end: only there the mail may."""
        try:
            piece, at_a_dot = await self._reader.readuntil(_DOT), True
        except asyncio.LimitOverrunError as error:
            piece, at_a_dot = await self._reader.read(error.consumed), False
        known = len(self._mail)
        self._mail += piece
        self._octets += len(piece)
        self._dots += self._mail.count(b"\r\n.", max(0, known - 2))
        now = asyncio.get_running_loop().time()
        if now - self._told > _TELL_EVERY:
            self._told = now
            self._heard()
        return at_a_dot and self._mail.endswith(_END)

    def _weigh(self, ended: bool) -> None:
        """Whether it may still be taken: by its size, and by what else is on its way in."""
        size = self._octets - self._dots - (len(_DOT) - 1 if ended else 0)
        if size > self._room.largest + (0 if ended else len(_END)):
            self._refused = TOO_LARGE.format(self._room.largest)
        elif self._room.held > self._room.most:
            self._refused = self._refused or NO_ROOM
        if self._refused:
            del self._mail[: -len(_END)]
            self._hold(len(self._mail))
            self.is_cut = not ended and self._octets > 2 * self._room.largest + PIECE

    def _whole(self) -> bytes:
        del self._mail[-len(_DOT) :]
        plain = self._mail.replace(b"\r\n.", b"\r\n")
        self._mail.clear()
        del plain[: len(_START)]
        return bytes(plain)
