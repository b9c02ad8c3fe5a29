"""Guards of sending that only their own test can see: marks, leases, and work that is somebody else's by now."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from drip.actions.commit_together import Committer
from drip.actions.delivering.run import run
from drip.actions.rescue import rescue
from drip.actions.sending import Limits, WayOut
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.outbound.letter import Letter
from drip.outbound.transport import Account, Following, Mark, nothing
from drip.store import leases, tables
from drip.store.engine import Store
from drip.store.pace import find_room
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import HOUR, TUESDAY, Office, end_leases
from tests.store.test_sends_protocol import change

AT_MOST = 10.0  # seconds until a test that waits for ever has failed
SHORT = timedelta(seconds=1)
DEAD = Outcome(Kind.REFUSED, Phase.RCPT, 550, "5.1.1", "user unknown")


@pytest.fixture
async def office(desk: Desk) -> Office:
    """Ann enrolled on Monday, her first letter due on Tuesday."""
    enrollment_id = await desk.enroll(ANN)
    return Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


@dataclass
class Silence:
    """A way out that says nothing for ever, before it asks for the mark or after it; `closed` is told."""

    asks: bool
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator["Silence"]:
        """Itself, until the block ends."""
        try:
            yield self
        finally:
            self.closed.set()

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Never come back."""
        if self.asks:
            assert await mark()
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nobody answers")

    def leave(self) -> None:
        """No letter was asked for in advance."""


@asynccontextmanager
async def without(store: Store, table: str) -> AsyncIterator[None]:
    """A database that refuses every statement that asks for this table, until the block ends."""
    async with store.begin() as unit:
        await unit.run(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    try:
        yield
    finally:
        async with store.begin() as unit:
            await unit.run(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


async def test_no_body_starts_whose_mark_could_not_be_written(office: Office) -> None:
    batch = await office.take()
    committer = Committer(office.sending)
    async with without(office.desk.store, "suppressions"):
        assert not await committer.mark(batch.ready[0], batch.token)
    await committer.close()
    assert committer.errors
    assert await office.state() is State.LEASED


async def test_a_letter_whose_mark_could_not_be_written_is_due_again_at_once(office: Office) -> None:
    batch = await office.take()
    async with without(office.desk.store, "suppressions"):
        sent = await run(office.sending, None, office.sending.way_out(None), batch.batch, asyncio.Event())
    assert (sent.settled, sent.released) == (0, 1)
    again = await office.desk.send(office.send_id)
    assert (again.state, again.retry_at, again.attempts) == (State.DUE, None, 0)


async def test_the_lease_of_a_letter_on_the_wire_outlasts_the_end_of_data(office: Office) -> None:
    batch = await office.take()
    committer = Committer(office.sending)
    assert await committer.mark(batch.ready[0], batch.token)
    await committer.close()
    async with office.desk.store.reading() as unit:
        row = await unit.row(tables.sends.select())
        machine = await leases.machine_time(unit, office.machine)
    assert row is not None
    assert row.lease_until > machine + timedelta(minutes=10)  # RFC 5321 section 4.5.3.2.6


async def test_what_is_said_of_a_letter_that_is_anothers_by_now_befalls_nobody(office: Office) -> None:
    sleeper = await office.take()
    await end_leases(office.desk.store)
    await rescue(office.sending)
    await office.hand_over()
    told = await office.desk.told(office.enrollment_id)
    assert not await office.land(sleeper, DEAD)
    assert await office.desk.told(office.enrollment_id) == told
    assert (await office.desk.open(office.enrollment_id)).enrollment.state.value == "dripping"


@pytest.mark.parametrize(("asks", "end"), [(False, State.DUE), (True, State.UNCERTAIN)], ids=["silent", "on the wire"])
async def test_the_socket_is_closed_before_the_lease_ends(office: Office, asks: bool, end: State) -> None:
    batch, silence = await office.take(), Silence(asks)
    limits = Limits(lease=SHORT if not asks else HOUR, handing=SHORT if asks else HOUR, margin=timedelta(0))
    sending = replace(office.sending, limits=limits)
    way_out = WayOut(silence, Account("silence", 1))
    await asyncio.wait_for(run(sending, None, way_out, batch.batch, asyncio.Event()), AT_MOST)
    assert silence.closed.is_set()
    assert await office.state() is end


async def test_nobody_waits_for_who_is_taking_from_a_mailbox(desk: Desk, other: Store) -> None:
    if desk.store.kind == "sqlite":
        return  # one writer at a time, whatever it does
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, TUESDAY)
        assert await find_room(unit, desk.mailbox_id, machine) is not None
        async with other.begin() as second, asyncio.timeout(AT_MOST):
            assert await find_room(second, desk.mailbox_id, machine) is None


async def test_a_letter_that_died_on_the_wire_counts_in_the_pace_after_a_restart(office: Office) -> None:
    await change(office.desk.store, tables.mailboxes, office.desk.mailbox_id, per_minute=5)
    await office.hand_over()
    await rescue(office.sending, all_leases=True)
    async with office.desk.store.begin() as unit:
        room = await find_room(unit, office.desk.mailbox_id, await leases.machine_time(unit, office.machine))
    assert room is not None
    assert room.letters == 4
