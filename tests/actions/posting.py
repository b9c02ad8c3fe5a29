"""Notices in tests of actions: Kim's clock, the mails that went, and what waits."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import text

from drip.actions.deliver_notices import Noticed, deliver_notices
from drip.actions.plan_notices import plan_notices
from drip.actions.sending import Limits, Sending, WayOut
from drip.domain.outcome import Kind, Outcome
from drip.domain.security import Security
from drip.outbound.letter import Letter
from drip.outbound.shelf import MemoryShelf
from drip.outbound.transport import Account
from drip.store import notices
from drip.store.notices import Notice
from tests.actions.desk import MONDAY, Desk

STATES = frozenset({"due", "leased", "handing", "accepted", "refused", "uncertain", "withdrawn", "expired"})
_WAITED = "UPDATE notices SET retry_at = retry_at - :passed, handed_at = handed_at - :passed"
ACCOUNT = Account("kim.example", 25, Security.NONE)


@dataclass(slots=True)
class Posting:
    """Kim's service with a clock that stands, and a shelf that keeps what went out."""

    desk: Desk
    now: datetime = MONDAY
    machine: datetime = MONDAY
    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    answers: list[Outcome] = field(default_factory=list)  # the server's next ones, in place of yes
    hangs: asyncio.Event | None = None  # with the body on the wire, until it is set
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    tokens: int = 0

    @property
    def sending(self) -> Sending:
        """What actions are given."""
        return Sending(
            store=self.desk.store,
            way_out=lambda _mailbox: WayOut(self, ACCOUNT),
            now=lambda: self.now,
            machine=lambda: self.machine,
            token=self._token,
            chance=lambda: 0.0,
            secret=b"a secret of the tests, long enough",
            public_url="https://drip.example",
            limits=Limits(drain=timedelta()),
            notices=True,
        )

    @asynccontextmanager
    async def open(self, _account: Account):  # type: ignore[no-untyped-def]
        """Itself, as a wire."""
        yield self

    async def deliver(self, letter: Letter, mark: Callable[..., object], _following: object = None) -> Outcome:
        """Keep it, or answer what was ordered."""
        if self.hangs is not None:
            assert await mark()  # type: ignore[misc]
            self.hung.set()
            await self.hangs.wait()
        if not self.answers:
            return await self.shelf.deliver(letter, mark)  # type: ignore[arg-type]
        answer = self.answers.pop(0)
        if answer.kind in (Kind.ACCEPTED, Kind.UNCERTAIN) and self.hangs is None:
            assert await mark()  # type: ignore[misc]
        return answer

    def leave(self) -> None:
        """Nothing was asked for in advance."""

    async def round(self) -> Noticed:
        """Plan what is due by the calendar, and send what is due."""
        await plan_notices(self.sending)
        return await deliver_notices(self.sending, asyncio.Event())

    async def at(self, now: datetime) -> list[EmailMessage]:
        """Let it be `now`, do a round, and give the mails of it. A database server's own clock is not moved:
        what waits by it has waited as much longer."""
        passed, self.now, before = now - self.now, now, len(self.shelf.letters)
        self.machine += passed
        if self.desk.store.kind == "postgresql":
            async with self.desk.store.begin() as unit:
                await unit.run(text(_WAITED), {"passed": passed})
        done = await self.round()
        if done.errors:
            raise done.errors[0]
        return [read(letter) for letter in self.shelf.letters[before:]]

    async def kept(self) -> list[Notice]:
        """Every notice, the oldest first; without those that had nothing to say."""
        async with self.desk.store.reading() as unit:
            found = [one.notice for one in reversed(await notices.listing(unit, STATES, limit=1000))]
        return [one for one in found if one.reason != "nothing_to_say"]

    async def states(self) -> list[tuple[str, str]]:
        """Kind and state of these."""
        return [(one.kind, one.state) for one in await self.kept()]

    def _token(self) -> str:
        self.tokens += 1
        return f"lease-{self.tokens}"


def read(letter: Letter) -> EmailMessage:
    """A letter as its reader's program has it."""
    found = message_from_bytes(letter.data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: EmailMessage) -> str:
    """The text part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
