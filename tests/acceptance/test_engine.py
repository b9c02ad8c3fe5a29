"""The engine on a real database and a real SMTP server: what each answer makes of a letter (HOUSE 1-6)."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drip.actions.happen import Context
from drip.actions.opt_out import opt_out
from drip.actions.pause import pause
from drip.actions.whose import Whose
from drip.domain.enrollment import State as Enrolled
from drip.domain.return_path import bounced_send
from drip.domain.send import State
from drip.store import enrollments, facts, mailboxes, sends
from drip.store.enrollments import Open
from drip.store.sends import SendRow
from tests.acceptance.engine_scene import Sheet, prepare, subjects
from tests.acceptance.fleet import Fleet
from tests.acceptance.place import Place
from tests.servers.smtp import Odd, Reply, SmtpPeer
from workers.embedded import Service

TUESDAY = datetime(2026, 3, 10, 14, tzinfo=UTC)  # Tuesday 10 March 2026, 10:00 in New York
PROSPECT = Context("prospect")
QUICK: dict[str, Any] = {"tick": timedelta(milliseconds=50)}  # processes cannot wake each other


@dataclass
class Engine:
    """The running service, and what came of it."""

    service: Service | Fleet
    sheet: Sheet
    peer: SmtpPeer

    def idle(self) -> datetime | None:
        """Wait until nothing is left to do now."""
        return self.service.run(self.service.idle(), 60)

    def send(self, place: int = 0) -> SendRow:
        """The first letter of the enrollment in this place."""
        found = self.service.run(self._sends(self.sheet.enrollment_ids[place]))
        return found[0]

    def states(self) -> dict[State, int]:
        """How many sends there are in each state."""

        async def count() -> dict[State, int]:
            async with self.service.wired.store.reading() as unit:
                return await sends.count_by_state(unit)

        return self.service.run(count())

    def open(self, place: int = 0) -> Open:
        """An enrollment as it stands."""

        async def load() -> Open:
            async with self.service.wired.store.reading() as unit:
                return (await enrollments.load(unit, [self.sheet.enrollment_ids[place]]))[0]

        return self.service.run(load())

    def told(self, place: int = 0) -> list[tuple[str, str | None]]:
        """What the timeline of an enrollment says: what and reason."""

        async def read() -> list[tuple[str, str | None]]:
            async with self.service.wired.store.reading() as unit:
                found = await facts.of_enrollment(unit, self.sheet.enrollment_ids[place])
            return [(one.what, one.reason) for one in found]

        return self.service.run(read())

    async def _sends(self, enrollment_id: int) -> list[SendRow]:
        async with self.service.wired.store.reading() as unit:
            return await sends.of_enrollment(unit, enrollment_id)


@dataclass
class Stage:
    """Makes engines, and stops them at the end of the test."""

    place: Place
    peers: list[SmtpPeer] = field(default_factory=list)
    services: list[Service | Fleet] = field(default_factory=list)

    def engine(
        self, count: int = 1, hook: Callable[[str, str], Reply] | None = None, *, shelf: bool = False, **more: Any
    ) -> Engine:
        """A service with `count` letters due, not started; `more` are settings, and with box_ those of the mailbox."""
        peer = SmtpPeer(hook=hook, logins=more.pop("logins", None))
        self.peers.append(peer)
        box = {name[4:]: more.pop(name) for name in list(more) if name.startswith("box_")}
        sheet = asyncio.run(prepare(self.place.url, count, TUESDAY, None if shelf else peer, **box))
        quick = {} if self.place.valkey is None else QUICK
        service = self.place.make_service(TUESDAY, **quick | more)
        self.services.append(service)
        return Engine(service, sheet, peer)

    def end(self) -> None:
        """Stop everything."""
        for service in self.services:
            service.stop()
        for peer in self.peers:
            peer.stop()


@pytest.fixture
def stage(place: Place) -> Iterator[Stage]:
    """Where engines are made, in both places."""
    made = Stage(place)
    yield made
    made.end()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Stage]:
    """Where engines of one process are made."""
    made = Stage(Place(tmp_path))
    yield made
    made.end()


def answers(phase: str, reply: Reply, times: int = 1, to: str = "") -> Callable[[str, str], Reply]:
    """A hook that answers like this in one phase, so many times, then as usual."""
    left = [times]

    def hook(asked: str, argument: str) -> Reply:
        if asked == phase and to in argument and left[0] > 0:
            left[0] -= 1
            return reply
        return None

    return hook


def demand_a_return_path_each(engine: Engine) -> None:
    """MAIL 29: what the server was told as MAIL FROM names the letter, and the mailbox it comes back to."""
    secret = engine.service.wired.secret
    ids = dict(zip(engine.sheet.emails, engine.sheet.send_ids, strict=True))
    named = {mail.recipients[0]: bounced_send(secret, mail.sender) for mail in engine.peer.received}
    assert named == ids
    paths = {re.sub(r"\+[0-9a-f]{32}@", "@", mail.sender) for mail in engine.peer.received}
    assert paths == {"kim@seller.example"}


def test_what_is_due_goes_out_once_and_the_enrollment_moves_on(stage: Stage) -> None:
    engine = stage.engine(30, box_bounces_to="tagged")
    engine.service.start()
    next_at = engine.idle()
    assert engine.states() == {State.ACCEPTED: 30}
    demand_a_return_path_each(engine)
    came = subjects([mail.data for mail in engine.peer.received])
    assert came == dict.fromkeys((f"downtime for {email}" for email in engine.sheet.emails), 1)
    assert engine.told() == [("email", None)]
    # The first letter went on 10 March, so the second is due a month later, on 10 April.
    assert engine.open().next_at is not None
    assert next_at is not None
    assert next_at.date() == datetime(2026, 4, 10, tzinfo=UTC).date()


def test_a_jump_brings_the_next_letter_without_waiting_for_a_tick(embedded: Stage) -> None:
    follow_the_drip(embedded.engine(3, tick=timedelta(minutes=10)))


def test_the_drip_goes_on_for_months_when_time_jumps(stage: Stage) -> None:
    follow_the_drip(stage.engine(3))


def follow_the_drip(engine: Engine) -> None:
    """Jump to each moment something comes, for seventy days."""
    engine.service.start()
    sent = []
    for _ in range(8):
        next_at = engine.idle()
        sent.append(len(engine.peer.received))
        if next_at is None or next_at > TUESDAY + timedelta(days=70):
            break
        engine.service.run(engine.service.jump(next_at))
    assert sent[0] == 3
    assert sent[-1] == 9  # 10 March, 10 April, 10 May: three steps for three people
    assert engine.service.run(engine.service.next_moment()) == next_at


def test_a_letter_that_is_deferred_goes_later_with_the_same_identity_and_text(stage: Stage) -> None:
    seen: list[bytes] = []

    def hook(phase: str, argument: str) -> Reply:
        if phase == "body" and not seen:
            seen.append(argument.encode("latin-1"))
            return "451 4.3.0 try again later"
        return None

    engine = stage.engine(1, hook, retry_most=timedelta(seconds=1), retry_first=timedelta(seconds=1))
    engine.service.start()
    engine.idle()
    [mail] = engine.peer.received
    assert mail.data == seen[0]
    assert engine.send().state is State.ACCEPTED
    assert engine.send().attempts == 2
    assert engine.told() == [("email", None)]


def test_r32_a_dead_address_is_suppressed_and_no_other_letter_of_its_batch_suffers(stage: Stage) -> None:
    engine = stage.engine(9, answers("rcpt", "550 5.1.1 user unknown", to="p5@"))
    engine.service.start()
    engine.idle()
    assert engine.states() == {State.ACCEPTED: 8, State.REFUSED: 1}
    assert engine.open(4).enrollment.state is Enrolled.UNDELIVERABLE
    assert ("suppressed", "hard_bounce") in engine.told(4)


def test_a_letter_refused_for_its_content_is_dropped_and_the_drip_goes_on(stage: Stage) -> None:
    engine = stage.engine(1, answers("body", "554 5.6.0 message content rejected"))
    engine.service.start()
    engine.idle()
    assert engine.send().state is State.REFUSED
    assert engine.told() == [("email_dropped", "content")]
    assert engine.open().enrollment.step == 1
    assert engine.open().next_at is not None


def test_a_refused_login_pauses_the_mailbox_and_keeps_its_letters(stage: Stage) -> None:
    engine = stage.engine(5, logins={"kim": "right"}, box_login="kim")
    engine.service.start()
    engine.idle()
    assert engine.states() == {State.DUE: 5}
    assert engine.peer.received == []

    async def mailbox() -> mailboxes.Mailbox | None:
        async with engine.service.wired.store.reading() as unit:
            return await mailboxes.get(unit, 1)

    found = engine.service.run(mailbox())
    assert found is not None
    assert found.state == "paused"
    assert found.paused_reason


def test_a_server_that_refuses_connections_is_not_hammered(stage: Stage) -> None:
    engine = stage.engine(20, answers("connect", "421 4.3.2 too busy", times=1000), tick=timedelta(milliseconds=50))
    engine.service.start()
    engine.service.run(asyncio.wait_for(until_released(engine), 30))
    assert engine.states() == {State.DUE: 20}
    assert engine.peer.connections <= 4  # one for each connection we may have, not one a letter
    assert engine.peer.received == []


def test_r40_a_lost_answer_is_uncertain_a_touch_and_not_sent_again(stage: Stage) -> None:
    engine = stage.engine(1, answers("body", Odd.KEEP_AND_CUT))
    engine.service.start()
    engine.idle()
    assert engine.send().state is State.UNCERTAIN
    assert len(engine.peer.received) == 1
    assert engine.told() == [("email", "uncertain")]
    after = engine.open()
    assert (after.enrollment.accepted, after.enrollment.sent) == (0, 1)
    assert after.enrollment.touched_on == TUESDAY.date()
    assert after.next_at is not None


def test_r40_a_lost_answer_is_followed_by_the_same_letter_where_the_mailbox_says_again(stage: Stage) -> None:
    cut = answers("body", Odd.KEEP_AND_CUT, times=1)
    engine = stage.engine(1, cut, box_uncertain_policy="again", again_after=timedelta(0))
    engine.service.start()
    first, second = engine.peer.wait_for(2)
    engine.idle()
    assert first.data == second.data
    assert engine.send().state is State.ACCEPTED
    assert engine.open().enrollment.sent == 1


def test_an_opt_out_while_the_letter_is_on_its_way_keeps_its_body_back(stage: Stage) -> None:
    engines: list[Engine] = []

    def hook(phase: str, argument: str) -> Reply:
        if phase == "rcpt" and "p2@" in argument:
            service = engines[0].service
            store, who = service.wired.store, Whose(email="p2@firm2.example")
            service.run(opt_out(store, who, PROSPECT, TUESDAY), 10)
        return None

    engine = stage.engine(3, hook)
    engines.append(engine)
    engine.service.start()
    engine.idle()
    assert engine.states() == {State.ACCEPTED: 2, State.WITHDRAWN: 1}
    assert not any(b"p2@firm2.example" in mail.data for mail in engine.peer.received)
    assert engine.send(1).withdrawn_reason == "opted_out"


def test_r36_a_pause_after_planning_keeps_the_letter_back(stage: Stage) -> None:
    engine = stage.engine(2)
    store = engine.service.wired.store
    paused = pause(store, Whose(enrollment_id=engine.sheet.enrollment_ids[0]), PROSPECT, TUESDAY)
    asyncio.run(in_a_store(store, paused))
    engine.service.start()
    engine.idle()
    assert engine.states() == {State.ACCEPTED: 1, State.WITHDRAWN: 1}


def test_r36_the_gap_is_asked_again_when_a_letter_is_taken(stage: Stage) -> None:
    engine = stage.engine(1)

    async def touch() -> None:
        store = engine.service.wired.store
        async with store.begin() as unit:
            [one] = await enrollments.load(unit, engine.sheet.enrollment_ids, lock=True)
            touched = one.after(one.enrollment.changed(touched_on=TUESDAY.date()), None, TUESDAY)
            await enrollments.save(unit, [touched])
        await store.close()

    asyncio.run(touch())
    engine.service.start()
    next_at = engine.idle()
    assert engine.peer.received == []
    assert engine.send().withdrawn_reason == "gap"
    # Touched on Tuesday 10 March: four business days later is Monday 16 March (R22).
    assert next_at is not None
    assert next_at.date() == datetime(2026, 3, 16, tzinfo=UTC).date()


def test_pace_lets_so_many_letters_out_in_a_minute(stage: Stage) -> None:
    engine = stage.engine(10, box_per_minute=4, tick=timedelta(milliseconds=50))
    engine.service.start()
    engine.peer.wait_for(4)
    engine.service.run(asyncio.wait_for(until_settled(engine, 4), 30))
    assert engine.states() == {State.ACCEPTED: 4, State.DUE: 6}


def test_without_a_mailbox_letters_go_to_the_maildir_in_the_reps_name(stage: Stage, tmp_path: Path) -> None:
    engine = stage.engine(3, shelf=True)
    engine.service.start()
    engine.idle()
    assert engine.states() == {State.ACCEPTED: 3}
    kept = [path.read_bytes() for path in sorted((tmp_path / "mail" / "new").iterdir())]
    assert len(kept) == 3
    assert all(b"From: Kim Lee <kim@seller.example>" in letter for letter in kept)


def test_a_start_takes_back_what_a_dead_process_held(embedded: Stage) -> None:
    engine = embedded.engine(4)
    wired = engine.service.wired
    asyncio.run(leave_one_handing(wired.sending, engine.sheet))
    rescued = engine.service.start()
    assert (rescued.due, rescued.uncertain) == (3, 1)
    engine.idle()
    assert engine.states() == {State.ACCEPTED: 3, State.UNCERTAIN: 1}
    assert len(engine.peer.received) == 3
    assert ("email", "uncertain") in engine.told()


async def in_a_store(store: Any, work: Any) -> None:
    """Do something before the service starts, and leave no connection behind."""
    await work
    await store.close()


async def leave_one_handing(sending: Any, sheet: Sheet) -> None:
    """Take all letters and mark the first, as a process does that dies then."""
    from drip.actions.draft import finish
    from drip.actions.take import take
    from drip.actions.write_letter import Ready
    from drip.store import leases
    from drip.store.leases import Lease

    batch = await take(sending, sheet.mailbox_id)
    lease = Lease(batch.token, sending.machine(), sending.machine() + timedelta(hours=1))
    first = finish(sending, batch.drafts[0])
    assert isinstance(first, Ready)
    async with sending.store.begin() as unit:
        assert await leases.hand_over(unit, [first.mark], TUESDAY, lease)
    await sending.store.close()


async def until_settled(engine: Engine, count: int) -> None:
    """Wait, by looking, until so many letters were accepted."""
    while True:
        async with engine.service.wired.store.reading() as unit:
            if (await sends.count_by_state(unit)).get(State.ACCEPTED, 0) >= count:
                return


async def until_released(engine: Engine) -> None:
    """Wait, by looking, until what was taken waits for another try, and nothing is taken any more."""
    while True:
        async with engine.service.wired.store.reading() as unit:
            due = await sends.in_state(unit, State.DUE)
        if len(due) == len(engine.sheet.send_ids) and sum(one.retry_at is not None for one in due) > 4:
            return
