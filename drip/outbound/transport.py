"""What every way out has in common: a wire that takes one letter at a time and gives an outcome."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.security import Security
from drip.outbound.letter import Letter

Mark = Callable[[], Awaitable[bool]]
"""Asked once a letter, when its recipient was taken and its body would go on the wire next.

True: the send is marked as handing, the body goes out. False: it may not go any more."""

Following = Callable[[], Letter | None]
"""Asked at most once a letter, when its body goes on the wire: which letter is delivered next. The
server is asked for that one in the same write; so it must come next, or `leave` must be called."""


def nothing() -> None:
    """No letter follows that is known of."""


WITHDRAWN = Outcome(Kind.WITHDRAWN, Phase.RCPT, text="withdrawn before the body was sent")


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox submits its letters, and as whom. No login: the server wants none."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    login: str | None = None
    password: str | None = field(default=None, repr=False)


class Wire(Protocol):
    """One conversation with a mailbox's server. Letters go one after the other."""

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Try to deliver a letter. Whatever the server does is an outcome, never an error.

        What `mark` raises comes through, with the connection closed and no body sent. Cancelled
        after the mark, the letter's fate is uncertain.
        """
        ...

    def leave(self) -> None:
        """The letter that `following` named does not come: take back what the server was asked."""


class Transport(Protocol):
    """A way out: SMTP, or a shelf."""

    def open(self, account: Account) -> AbstractAsyncContextManager[Wire]:
        """A wire to the account's server, closed in good order at the end of the block."""
        ...
