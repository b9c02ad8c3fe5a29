"""Source: where mail comes in, whatever the protocol, and what is owed to whoever sent it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail as it came: its bytes, and the recipients of its envelope where the source knows them.

    `private`: it comes from an inbox in which a person reads other mail, too, which is none of our business.
    """

    raw: bytes = field(repr=False)
    to: tuple[str, ...] = ()
    private: bool = False


Handle = Callable[[Incoming], Awaitable[None]]
"""What a source does with each mail. It returns once the mail is kept for good; asking again for the same mail does no
harm. When it raises nothing has happened, and the source offers the mail again later."""


class MailSource(Protocol):
    """A place mail comes from. Whatever it takes over, `handle` is given at least once: a mail is acknowledged (by a
    250, a move, a mark) after `handle` has returned, never before, so no end of the process loses one."""

    @property
    def name(self) -> str:
        """What it is called in log lines: its protocol and where it is, without addresses of people."""
        ...

    async def run(self, handle: Handle, stop: asyncio.Event) -> None:
        """Take mail in until `stop` is set, then return soon: a mail being handled is finished, or comes again.

        Trouble with the outside is waited out with growing waits and told in the log, never raised.
        """
        ...
