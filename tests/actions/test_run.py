"""A run from one mailbox: what is taken ahead is sent, or given back; and several workers share what is due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from drip.actions.commit_together import Committer
from drip.actions.deliver import deliver
from drip.actions.delivering import ledger, supply
from drip.actions.delivering.run import Sent, run
from drip.actions.delivering.supply import first_size, next_size
from drip.actions.draft import finish
from drip.actions.sending import Limits, Sending, WayOut
from drip.actions.take import take
from drip.actions.write_letter import Ready
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.outbound.letter import Letter
from drip.outbound.transport import WITHDRAWN, Account, Following, Mark, nothing
from drip.store import leases, mailboxes, sends, tables
from drip.store.engine import Store
from drip.store.pace import find_room
from tests.actions.desk import Desk
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office
from tests.store.test_sends_protocol import change
from workers.engine import CHORES, Engine

AT_MOST = 30.0  # seconds until a test that waits for ever has failed
TWO = Limits(batch=2, connections=1)
GONE = Outcome(Kind.DEFERRED, Phase.CONNECT, text="connection refused")
BUSY = Outcome(Kind.DEFERRED, Phase.MAIL, 421, "4.3.2", "closing")


@dataclass
class Doorman:
    """A way out that holds its first letter on the wire until it is told what becomes of it; each after it
    is accepted at once."""

    told: "asyncio.Future[Outcome]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    kept: list[str] = field(default_factory=list)
    withdrawn: int = 0

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator["Doorman"]:
        """Itself."""
        yield self

    async def deliver(self, letter: Letter, mark: Mark, following: Following = nothing) -> Outcome:
        """Wait for the first one's outcome; accept the others."""
        if not await mark():
            self.withdrawn += 1
            return WITHDRAWN
        following()
        self.kept.append(letter.recipient)
        return await self.told if len(self.kept) == 1 else ACCEPTED

    def leave(self) -> None:
        """Nothing was said in advance."""


class Crowd:
    """Some people with a letter due, and a doorman who lets the letters out."""

    def __init__(self, desk: Desk, office: Office, ids: list[int]) -> None:
        self.desk, self.office, self.ids = desk, office, ids
        self.doorman = Doorman()

    @classmethod
    async def of(cls, desk: Desk, count: int) -> "Crowd":
        """So many."""
        enrolled = [await desk.enroll(f"p{number}@firm{number}.example.com") for number in range(count)]
        ids = [await desk.due(one, at=TUESDAY) for one in enrolled]
        return cls(desk, Office(desk, enrolled[0], ids[0]), ids)

    def sending(self, limits: Limits = TWO, **more: Any) -> Sending:
        """With the doorman as the way out."""
        way_out = WayOut(self.doorman, Account("doorman", 1))
        given: dict[str, Any] = {"limits": limits, "way_out": lambda _mailbox: way_out}
        return replace(self.office.sending, **given | more)

    async def begin(self, sending: Sending, stopping: asyncio.Event) -> "asyncio.Task[Sent]":
        """A run, begun with its first batch."""
        first = await take(sending, self.desk.mailbox_id, 2)
        assert first.way_out is not None
        return asyncio.create_task(run(sending, self.desk.mailbox_id, first.way_out, first, stopping))

    async def states(self) -> dict[State, int]:
        """How many letters are where."""
        async with self.desk.store.reading() as unit:
            return {state: count for state, count in (await sends.count_by_state(unit)).items() if count}

    async def until(self, ready: Callable[[dict[State, int]], bool]) -> None:
        """Wait, by looking, until the letters stand so."""
        async with asyncio.timeout(AT_MOST):
            while not ready(await self.states()):
                pass


async def test_the_next_batch_is_taken_while_one_is_being_sent_and_no_more_than_that(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 5)
    running = await crowd.begin(crowd.sending(), asyncio.Event())
    await crowd.until(lambda now: now.get(State.LEASED, 0) == 3)
    assert await crowd.states() == {State.HANDING: 1, State.LEASED: 3, State.DUE: 1}
    crowd.doorman.told.set_result(ACCEPTED)
    sent = await running
    assert (sent.settled, sent.released, sent.more, sent.errors) == (5, 0, False, ())
    assert await crowd.states() == {State.ACCEPTED: 5}
    assert len(set(crowd.doorman.kept)) == 5


async def test_a_stop_gives_back_what_was_taken_ahead(desk: Desk) -> None:
    crowd, stopping = await Crowd.of(desk, 5), asyncio.Event()
    running = await crowd.begin(crowd.sending(), stopping)
    await crowd.until(lambda now: now.get(State.LEASED, 0) == 3 and crowd.doorman.kept != [])
    stopping.set()
    crowd.doorman.told.set_result(ACCEPTED)
    sent = await running
    assert (sent.settled + sent.released, sent.released > 0) == (4, True)
    assert set(await crowd.states()) == {State.ACCEPTED, State.DUE}


async def test_a_stop_in_the_middle_of_a_take_leaves_nothing_leased(desk: Desk) -> None:
    crowd, stopping = await Crowd.of(desk, 4), asyncio.Event()
    way_out, asked = WayOut(crowd.doorman, Account("doorman", 1)), 0

    def stop_at_the_second(_mailbox: object) -> WayOut:
        nonlocal asked
        asked += 1
        if asked == 2:
            stopping.set()
            crowd.doorman.told.set_result(ACCEPTED)
        return way_out

    running = await crowd.begin(crowd.sending(way_out=stop_at_the_second), stopping)
    sent = await running
    assert (sent.settled + sent.released, sent.released > 0) == (4, True)
    assert set(await crowd.states()) <= {State.ACCEPTED, State.DUE}


async def test_trouble_with_the_mailbox_gives_back_both_batches_and_lets_them_wait(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 4)
    running = await crowd.begin(crowd.sending(), asyncio.Event())
    await crowd.until(lambda now: now.get(State.LEASED, 0) == 3)
    crowd.doorman.told.set_result(BUSY)
    sent = await running
    assert (sent.settled, sent.released) == (1, 3)
    assert sent.trouble is not None
    assert await crowd.states() == {State.DUE: 4}
    waiting = [await desk.send(one) for one in crowd.ids]
    assert all(one.retry_at is not None for one in waiting)
    assert sorted(one.attempts for one in waiting) == [0, 0, 0, 1]


async def test_trouble_with_the_mailbox_lets_wait_what_nobody_has_leased_yet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each ring would try the same server again with a few letters more."""
    monkeypatch.setattr(supply, "FEW", 1)
    crowd = await Crowd.of(desk, 5)  # of whom one is leased at first, and two ahead
    crowd.doorman.told.set_result(GONE)
    await deliver(crowd.sending(Limits(batch=300, connections=1)), desk.mailbox_id, asyncio.Event())
    waiting = [await desk.send(one) for one in crowd.ids]
    assert [one.state for one in waiting] == [State.DUE] * 5
    assert all(one.retry_at is not None for one in waiting)
    assert len(crowd.doorman.kept) == 1


async def test_a_process_knows_which_mailbox_it_is_sending_from(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 1)
    engine = Engine(crowd.sending())
    working = asyncio.create_task(engine.deliver(desk.mailbox_id))
    await crowd.until(lambda now: now.get(State.HANDING, 0) == 1)
    assert (engine.is_sending_from(desk.mailbox_id), engine.is_sending_from(None)) == (True, False)
    crowd.doorman.told.set_result(ACCEPTED)
    assert (await working).settled == 1
    assert not engine.is_sending_from(desk.mailbox_id)


@pytest.mark.parametrize(("letters", "calls"), [(1, 0), (5, 1)])
async def test_who_finds_more_than_it_leases_calls_another_worker(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, letters: int, calls: int
) -> None:
    monkeypatch.setattr(supply, "FEW", 2)
    crowd = await Crowd.of(desk, letters)
    called: list[int | None] = []
    engine = Engine(crowd.sending(Limits(batch=300, connections=1)), call=called.append)
    crowd.doorman.told.set_result(ACCEPTED)
    assert (await engine.deliver(desk.mailbox_id)).settled == letters
    assert called == [desk.mailbox_id] * calls


async def test_a_chore_that_takes_long_is_not_begun_again_meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, running, done = list[Sending](), asyncio.Event(), asyncio.Event()

    async def slow(sending: Sending) -> None:
        begun.append(sending)
        running.set()
        if len(begun) == 1:
            await done.wait()

    monkeypatch.setitem(CHORES, "slow", slow)
    engine = Engine((await Crowd.of(desk, 1)).sending())
    working = asyncio.create_task(engine.do_chore("slow"))
    await running.wait()
    await engine.do_chore("slow")
    assert len(begun) == 1
    done.set()
    await working
    await engine.do_chore("slow")
    assert len(begun) == 2


async def test_a_letter_whose_lease_is_over_does_not_begin(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 2)
    over = replace(TWO, lease=timedelta(seconds=20), margin=timedelta(seconds=20))
    sent = await (await crowd.begin(crowd.sending(over), asyncio.Event()))
    assert (sent.settled, sent.released, sent.more) == (0, 2, True)
    assert crowd.doorman.kept == []


async def test_a_batch_that_leaves_by_another_way_is_given_back_for_the_next_run(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 4)
    ports = iter(range(1, 10))  # somebody moves the mailbox to another server all the time
    sending = crowd.sending(way_out=lambda _mailbox: WayOut(crowd.doorman, Account("doorman", next(ports))))
    running = await crowd.begin(sending, asyncio.Event())
    await crowd.until(lambda now: now.get(State.HANDING, 0) == 1)
    crowd.doorman.told.set_result(ACCEPTED)
    sent = await running
    assert (sent.settled, sent.more) == (2, True)
    assert await crowd.states() == {State.ACCEPTED: 2, State.DUE: 2}


async def test_marks_refused_one_after_the_other_end_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was leased is not ours any more: the server need not be asked for each letter of it."""
    monkeypatch.setattr(ledger, "SUSPECT", 2)
    crowd = await Crowd.of(desk, 4)
    batch = await take(crowd.sending(), desk.mailbox_id, 4)
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "login refused", TUESDAY)
    assert batch.way_out is not None
    sent = await run(crowd.sending(), desk.mailbox_id, batch.way_out, batch, asyncio.Event())
    assert (sent.settled, crowd.doorman.withdrawn, sent.more) == (0, 2, True)
    assert await crowd.states() == {State.DUE: 4}


async def test_a_letter_nothing_can_be_made_of_holds_up_no_other(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 3)
    spoilt = (await desk.send(crowd.ids[1])).enrollment_id
    await change(desk.store, tables.enrollments, spoilt, email="bob@" + "b" * 300 + ".example")
    crowd.doorman.told.set_result(ACCEPTED)
    done = await deliver(crowd.sending(), desk.mailbox_id, asyncio.Event())
    assert (done.settled, done.errors) == (3, ())
    assert await crowd.states() == {State.ACCEPTED: 2, State.REFUSED: 1}


async def test_letters_of_two_leases_are_marked_each_under_its_own(desk: Desk) -> None:
    crowd = await Crowd.of(desk, 2)
    sending = crowd.sending()
    committer = Committer(sending)
    asked = []
    for batch in [await take(sending, desk.mailbox_id, 1) for _ in range(2)]:
        ready = finish(sending, batch.drafts[0])
        assert isinstance(ready, Ready)
        asked.append(committer.ask(ready, batch.token))
    assert [await one.heard() for one in asked] == [True, True]
    await committer.close()


async def test_a_second_worker_sends_what_the_first_did_not_lease(desk: Desk, other: Store) -> None:
    crowd = await Crowd.of(desk, 6)
    first = asyncio.create_task(deliver(crowd.sending(), desk.mailbox_id, asyncio.Event()))
    await crowd.until(lambda now: now.get(State.LEASED, 0) == 3)
    second = await deliver(replace(crowd.office.sending, store=other), desk.mailbox_id, asyncio.Event())
    assert second.settled == 2
    crowd.doorman.told.set_result(ACCEPTED)
    assert (await first).settled == 4
    assert await crowd.states() == {State.ACCEPTED: 6}


async def test_who_finds_another_taking_tries_again_in_a_moment(desk: Desk, other: Store) -> None:
    if desk.store.kind == "sqlite":
        return  # one writer at a time, whatever it does
    crowd, tried = await Crowd.of(desk, 1), asyncio.Semaphore(0)

    def token() -> str:
        tried.release()
        return next(crowd.office.tokens)

    crowd.doorman.told.set_result(ACCEPTED)
    async with asyncio.timeout(AT_MOST), other.begin() as unit:
        assert await find_room(unit, desk.mailbox_id, await leases.machine_time(unit, TUESDAY)) is not None
        working = asyncio.create_task(deliver(crowd.sending(token=token), desk.mailbox_id, asyncio.Event()))
        await tried.acquire()
        await tried.acquire()
    assert (await working).settled == 1


@pytest.mark.parametrize(
    ("before", "rate", "size"),
    [
        (128, 1000.0, 256),  # a second would be 1,000 letters: twice as many as before at most
        (256, 1000.0, 300),  # never more than a batch
        (300, 200.0, 200),  # a second
        (300, 3.0, 64),  # never less than four a connection
    ],
)
def test_a_batch_lasts_for_a_second_and_grows_by_doubling(before: int, rate: float, size: int) -> None:
    limits = Limits(batch=300, connections=16)
    assert first_size(limits) == 128  # eight a connection
    assert next_size(limits, before, rate) == size
