"""Chores of sending, on both databases: rescue, give up, send again, explain why a letter waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from drip.actions.commit_together import Committer
from drip.actions.delivering.run import run
from drip.actions.draft import Spoilt, finish
from drip.actions.explain_waiting import explain_waiting
from drip.actions.give_up import give_up
from drip.actions.opt_out import opt_out
from drip.actions.release import release
from drip.actions.rescue import Rescued, rescue
from drip.actions.send_again import send_again
from drip.actions.sending import Sending, WayOut
from drip.actions.settle import Ended, settle
from drip.actions.take import Batch, take
from drip.actions.timeline import timeline
from drip.actions.write_letter import Ready
from drip.domain.duration import parse_duration
from drip.domain.enrollment import State as Enrolled
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.outbound.letter import Letter
from drip.outbound.shelf import MemoryShelf
from drip.outbound.transport import WITHDRAWN, Account, Following, Mark, nothing
from drip.store import leases, mailboxes, tables
from drip.store.engine import Store
from drip.store.leases import Lease
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of
from tests.store.test_sends_protocol import change

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + DAY  # 6 January 2026, 10:00 in New York: inside the window


@dataclass(frozen=True)
class Written:
    """A batch, with all its letters written."""

    batch: Batch
    ready: tuple[Ready, ...]
    spoilt: tuple[Spoilt, ...]

    @classmethod
    def of(cls, sending: Sending, batch: Batch) -> "Written":
        """Write them."""
        done = [finish(sending, one) for one in batch.drafts]
        spoilt = (*batch.spoilt, *(one for one in done if isinstance(one, Spoilt)))
        return cls(batch, tuple(one for one in done if isinstance(one, Ready)), spoilt)

    @property
    def token(self) -> str:
        """Of its lease."""
        return self.batch.token

    @property
    def held(self) -> int:
        """Those withdrawn again."""
        return self.batch.held


class Office:
    """Ann's first letter is due on Tuesday; time and chance are the test's."""

    def __init__(self, desk: Desk, enrollment_id: int, send_id: int) -> None:
        self.desk, self.enrollment_id, self.send_id = desk, enrollment_id, send_id
        self.now = self.machine = TUESDAY
        self.tokens = iter(f"token-{number}" for number in range(100))

    @property
    def sending(self) -> Sending:
        """As of now."""
        way_out = WayOut(MemoryShelf(), Account("shelf", 1))
        return Sending(
            store=self.desk.store,
            way_out=lambda _mailbox: way_out,
            now=lambda: self.now,
            machine=lambda: self.machine,
            token=lambda: next(self.tokens),
            chance=lambda: 0.0,
            secret=b"a secret for the tests",
            public_url="https://drip.example.com",
        )

    async def take(self) -> Written:
        """Lease what is due, and write it."""
        return Written.of(self.sending, await take(self.sending, self.desk.mailbox_id))

    async def hand_over(self) -> Written:
        """Lease and mark Ann's letter."""
        batch = await self.take()
        async with self.desk.store.begin() as unit:
            machine = await leases.machine_time(unit, self.machine)
            lease = Lease(batch.token, machine, machine + HOUR)
            marked = await leases.hand_over(unit, [one.mark for one in batch.ready], self.now, lease)
        assert marked == {self.send_id}
        return batch

    async def land(self, batch: Written, outcome: Outcome) -> bool:
        """Settle Ann's letter under the batch's lease."""
        ready = batch.ready[0]
        ended = Ended(ready.leased, batch.token, outcome, self.machine, self.machine, stamp=ready.mark.stamp)
        async with self.desk.store.begin() as unit:
            machine = await leases.machine_time(unit, self.sending.machine())
            return bool(await settle(unit, self.sending, [ended], self.now, machine))

    async def state(self) -> State:
        """Where Ann's letter is."""
        return await self.desk.state(self.send_id)


@pytest.fixture
async def office(desk: Desk) -> Office:
    """Ann enrolled on Monday, her first letter due on Tuesday."""
    enrollment_id = await desk.enroll(ANN)
    return Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


ACCEPTED = Outcome(Kind.ACCEPTED, Phase.BODY, 250, "2.0.0", "Ok")


async def end_leases(store: Store) -> None:
    """Let every lease have ended an hour ago."""
    await change(store, tables.sends, 1, lease_until=MONDAY - DAY)


async def test_a_settled_letter_leaves_its_fact_its_attempt_and_the_next_moment(office: Office) -> None:
    batch = await office.hand_over()
    assert await office.land(batch, ACCEPTED)
    found = await office.desk.open(office.enrollment_id)
    assert (await office.state(), found.enrollment.sent) == (State.ACCEPTED, 1)
    assert found.was.touched_on == TUESDAY.date()
    assert found.next_at is not None
    [sent] = [one for one in await office.desk.facts(office.enrollment_id) if one.what == "email"]
    assert (sent.send_id, sent.at, sent.data) == (office.send_id, TUESDAY, {"step": "downtime", "n": 1})


async def test_an_expired_lease_is_taken_back_and_nothing_else(office: Office) -> None:
    await office.take()
    assert await rescue(office.sending) == Rescued()
    await end_leases(office.desk.store)
    assert await rescue(office.sending) == Rescued(due=1)
    assert await office.state() is State.DUE


async def test_r40_what_was_on_the_wire_is_uncertain_after_a_rescue(office: Office) -> None:
    await office.hand_over()
    await end_leases(office.desk.store)
    assert await rescue(office.sending) == Rescued(uncertain=1)
    found = await office.desk.open(office.enrollment_id)
    assert (found.enrollment.sent, found.enrollment.accepted) == (1, 0)
    assert ("email", "uncertain") in await office.desk.told(office.enrollment_id)
    assert found.next_at is not None


async def test_a_worker_that_wakes_after_its_lease_cannot_finish_anothers_work(office: Office) -> None:
    sleeper = await office.take()
    await end_leases(office.desk.store)
    await rescue(office.sending)
    await office.hand_over()
    assert not await office.land(sleeper, Outcome(Kind.REFUSED, Phase.RCPT, 550, "5.1.1", "user unknown"))
    assert await release(office.sending, sleeper.token, [office.send_id]) == frozenset()
    assert await office.state() is State.HANDING


async def test_a_late_answer_turns_uncertain_into_what_it_says(office: Office) -> None:
    batch = await office.hand_over()
    await end_leases(office.desk.store)
    await rescue(office.sending)
    assert await office.land(batch, ACCEPTED)
    found = await office.desk.open(office.enrollment_id)
    assert (await office.state(), found.enrollment.sent, found.enrollment.accepted) == (State.ACCEPTED, 1, 1)


async def test_a_late_refusal_of_a_dead_address_is_a_hard_bounce(office: Office) -> None:
    batch = await office.hand_over()
    await end_leases(office.desk.store)
    await rescue(office.sending)
    assert await office.land(batch, Outcome(Kind.REFUSED, Phase.BODY, 550, "5.1.1", "user unknown"))
    assert (await office.desk.open(office.enrollment_id)).enrollment.state is Enrolled.UNDELIVERABLE


async def test_r40_an_uncertain_letter_goes_again_as_the_same_letter(office: Office) -> None:
    await change(office.desk.store, tables.mailboxes, office.desk.mailbox_id, uncertain_policy="again")
    first = await office.hand_over()
    await office.land(first, Outcome(Kind.UNCERTAIN, Phase.BODY, text="connection lost"))
    assert await send_again(office.sending) == 0
    await change(office.desk.store, tables.sends, office.send_id, retry_at=MONDAY)
    assert await send_again(office.sending) == 1
    second = await office.take()
    assert second.ready[0].letter.data == first.ready[0].letter.data
    async with office.desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
        await leases.hand_over(unit, [second.ready[0].mark], office.now, Lease(second.token, machine, machine + HOUR))
    assert await office.land(second, ACCEPTED)
    found = (await office.desk.open(office.enrollment_id)).enrollment
    assert (found.sent, found.accepted) == (1, 1)


async def test_r36_an_uncertain_letter_does_not_go_again_after_an_opt_out(office: Office) -> None:
    batch = await office.hand_over()
    await office.land(batch, Outcome(Kind.UNCERTAIN, Phase.BODY, text="connection lost"))
    await opt_out(office.desk.store, of(office.enrollment_id), PROSPECT, TUESDAY)
    await change(office.desk.store, tables.sends, office.send_id, retry_at=MONDAY)
    await send_again(office.sending)
    assert (await office.take()).ready == ()


async def test_a_letter_due_too_long_is_given_up_with_a_reason(office: Office) -> None:
    office.now = TUESDAY + timedelta(days=5) - HOUR
    assert await give_up(office.sending) == 0
    office.now = TUESDAY + timedelta(days=5)
    assert await give_up(office.sending) == 1
    assert await office.state() is State.EXPIRED
    assert ("email_dropped", "expired") in await office.desk.told(office.enrollment_id)
    assert (await office.desk.open(office.enrollment_id)).next_at is not None


@pytest.mark.parametrize("moment", [TUESDAY + timedelta(hours=12), TUESDAY + timedelta(days=4)])
async def test_r36_a_window_that_closed_holds_a_letter_until_the_next_opening(office: Office, moment: datetime) -> None:
    office.now = moment  # Tuesday 22:00 in New York, and Saturday
    batch = await office.take()
    assert (batch.ready, batch.held) == ((), 1)
    found = await office.desk.open(office.enrollment_id)
    assert found.next_at is not None
    assert found.next_at > moment
    assert (await office.desk.send(office.send_id)).withdrawn_reason == "window"


async def test_r37_a_letter_of_a_paused_mailbox_has_its_reason_once(office: Office) -> None:
    async with office.desk.store.begin() as unit:
        await mailboxes.pause(unit, office.desk.mailbox_id, "login refused", TUESDAY)
    assert await explain_waiting(office.sending) == 0  # not due for a minute yet
    office.now = TUESDAY + HOUR
    assert await explain_waiting(office.sending) == 1
    assert await explain_waiting(office.sending) == 0
    [held] = [one for one in await office.desk.facts(office.enrollment_id) if one.what == "held"]
    assert (held.reason, held.data, held.send_id) == ("mailbox_down", {"step": "downtime"}, office.send_id)


async def test_r37_a_letter_beyond_the_pace_has_its_reason(office: Office) -> None:
    bob = await office.desk.enroll("bob@beta.example.com")
    await office.desk.due(bob, at=TUESDAY)
    await change(office.desk.store, tables.mailboxes, office.desk.mailbox_id, per_day=1)
    batch = await office.take()
    assert len(batch.ready) == 1
    office.now = TUESDAY + HOUR
    assert await explain_waiting(office.sending) == 1
    assert ("held", "pace") in await office.desk.told(bob)


async def test_a_letter_nothing_can_be_made_of_is_refused_alone(office: Office) -> None:
    bob = await office.desk.enroll("bob@beta.example.com")
    await office.desk.due(bob, at=TUESDAY)
    await change(office.desk.store, tables.enrollments, bob, email="bob@" + "b" * 300 + ".example")
    batch = await office.take()
    assert [one.leased.enrollment_id for one in batch.ready] == [office.enrollment_id]
    assert [one.leased.enrollment_id for one in batch.spoilt] == [bob]


async def test_at_a_stop_no_further_body_starts(office: Office) -> None:
    batch = await office.take()
    committer = Committer(office.sending)
    committer.refuse_marks()
    assert not await committer.mark(batch.ready[0], batch.token)
    await committer.close()
    assert await office.state() is State.LEASED


async def test_an_outcome_and_the_mark_after_it_are_written_together(office: Office) -> None:
    bob = await office.desk.enroll("bob@beta.example.com")
    second = await office.desk.due(bob, at=TUESDAY)
    batch = await office.take()
    committer = Committer(office.sending)
    assert await committer.mark(batch.ready[0], batch.token)
    ended = Ended(batch.ready[0].leased, batch.token, ACCEPTED, office.machine, office.machine)
    committer.land(ended, last=False)
    assert await committer.mark(batch.ready[1], batch.token)
    assert (await office.state(), await office.desk.state(second)) == (State.ACCEPTED, State.HANDING)
    await committer.close()
    assert committer.settled == 1


@pytest.mark.parametrize(("minute", "goes"), [(59, True), (60, False)], ids=["16:59", "17:00"])
async def test_r36_no_body_starts_after_the_window_has_closed(office: Office, minute: int, goes: bool) -> None:
    four = TUESDAY + 6 * HOUR  # 16:00 in New York; the window closes at 17:00
    office.now = four + timedelta(minutes=58)
    batch = await office.take()
    office.now = four + timedelta(minutes=minute)
    async with office.desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
        lease = Lease(batch.token, machine, machine + HOUR)
        marked = await leases.hand_over(unit, [one.mark for one in batch.ready], office.now, lease)
    assert marked == ({office.send_id} if goes else frozenset())


@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.BODY])
async def test_m2_a_retry_is_the_letter_of_the_first_compose_word_for_word(office: Office, phase: Phase) -> None:
    """Whether the server turned it away before its mark or after."""
    first = await (office.take() if phase is Phase.RCPT else office.hand_over())
    assert await office.land(first, Outcome(Kind.DEFERRED, phase, 450, "4.2.0", "greylisted"))
    await change(office.desk.store, tables.sends, office.send_id, retry_at=None)
    async with office.desk.store.begin() as unit:
        await unit.run(tables.prospects.update().values(first_name="Anna"))
    office.now = TUESDAY + HOUR
    again = await office.take()
    assert again.ready[0].letter.data == first.ready[0].letter.data


async def test_a_letter_given_back_untried_is_written_anew(office: Office) -> None:
    first = await office.take()
    await release(office.sending, first.token, [office.send_id])
    async with office.desk.store.begin() as unit:
        await unit.run(tables.prospects.update().values(first_name="Anna"))
    office.now = TUESDAY + HOUR
    again = await office.take()
    assert again.ready[0].letter.message_id == first.ready[0].letter.message_id
    assert b"To: Anna <" in again.ready[0].letter.data


@dataclass
class SlowShelf:
    """Keeps Ann's letter on the wire until it may end; the other asks to go when it may."""

    marked: asyncio.Event = field(default_factory=asyncio.Event)
    may_ask: asyncio.Event = field(default_factory=asyncio.Event)
    may_end: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator["SlowShelf"]:
        """Itself."""
        yield self

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Take as long as the test says."""
        if letter.recipient != ANN:
            await self.may_ask.wait()
            return ACCEPTED if await mark() else WITHDRAWN
        assert await mark()
        self.marked.set()
        await self.may_end.wait()
        return ACCEPTED

    def leave(self) -> None:
        """No letter was asked for in advance."""


async def test_a_stop_while_a_mark_is_being_written_leaves_nothing_handing(office: Office) -> None:
    bob = await office.desk.enroll("bob@beta.example.com")
    second = await office.desk.due(bob, at=TUESDAY)
    batch, shelf, stopping = await office.take(), SlowShelf(), asyncio.Event()
    sent = asyncio.create_task(run(office.sending, None, WayOut(shelf, Account("shelf", 1)), batch.batch, stopping))
    await shelf.marked.wait()
    async with office.desk.store.begin() as unit:
        await unit.run(select(tables.sends.c.id).where(tables.sends.c.id == second).with_for_update())
        shelf.may_ask.set()
        await asyncio.wait([sent], timeout=0.3)  # Bob's mark waits for the row (or for the gate)
        stopping.set()
        await asyncio.wait([sent], timeout=0.1)
        shelf.may_end.set()
        await asyncio.wait([sent], timeout=0.1)
    await sent
    assert await office.state() is State.ACCEPTED
    assert await office.desk.state(second) is State.DUE


async def test_a_letter_behind_many_that_are_not_too_old_yet_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.actions.give_up.BATCH", 1)
    weekly = await office.desk.enroll(
        "bob@beta.example.com", interval=parse_duration("1 week")
    )  # half of it is 3.5 days
    second = await office.desk.due(weekly, at=TUESDAY + timedelta(minutes=1))
    office.now = TUESDAY + timedelta(days=4)
    assert await give_up(office.sending) == 1
    assert (await office.state(), await office.desk.state(second)) == (State.DUE, State.EXPIRED)
    line = (await timeline(office.desk.store, of(weekly))).lines[-1]
    assert line.words == 'The letter "downtime" will not be sent: it could not go out in time'


async def test_the_longest_age_may_be_set(office: Office) -> None:
    patient = replace(office.sending, limits=replace(office.sending.limits, give_up=timedelta(days=10)))
    office.now = TUESDAY + timedelta(days=10) - HOUR
    assert await give_up(replace(patient, now=lambda: office.now)) == 0
    office.now = TUESDAY + timedelta(days=10)
    assert await give_up(replace(patient, now=lambda: office.now)) == 1
