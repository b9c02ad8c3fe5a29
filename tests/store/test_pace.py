"""Pace is exact: no rolling span has more letters than it may, whatever happens to them in between."""

import asyncio
import random  # noqa: TID251 - seeded: the same histories in every run
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from drip.domain.send import State
from drip.store import enrollments, landings, leases, pace, prospects, rescues, rests, sends
from drip.store.engine import Store
from drip.store.leases import Lease, Mark
from drip.store.pace import clamp, find_room
from drip.store.tables import mailboxes as boxes
from drip.store.tables import sends as send_table
from tests.store.scene import HOUR, NOON, Scene, new_enrollment, set_scene
from tests.store.test_sends import new_send
from tests.store.test_sends_protocol import change, landing, stamp

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HANDING = timedelta(minutes=12)


async def due(store: Store, scene: Scene, *emails: str) -> list[int]:
    """A due letter for each address; their ids in that order."""
    async with store.begin() as unit:
        await prospects.put(unit, [prospects.NewProspect(one) for one in emails], NOON)
        people = await prospects.by_email(unit, emails)
        added = await enrollments.add(unit, [new_enrollment(scene, people[one].id, one) for one in emails])
        ids = [added[people[one].id] for one in emails]
        rows = [replace(new_send(scene, added[people[one].id]), prospect_id=people[one].id) for one in emails]
        made = await sends.add(unit, rows, NOON)
    return [made[one] for one in ids]


@dataclass
class History:
    """What happens to the letters of one mailbox, in machine time; and when each may have been on the wire."""

    stores: tuple[Store, ...]
    scene: Scene
    chance: random.Random
    at: datetime = NOON
    leased: dict[int, str] = field(default_factory=dict)
    handing: dict[int, tuple[str, datetime, datetime]] = field(default_factory=dict)
    wire: list[tuple[datetime, datetime, str]] = field(default_factory=list)
    emails: dict[int, str] = field(default_factory=dict)
    tokens: int = 0

    @property
    def store(self) -> Store:
        """That of some process."""
        return self.chance.choice(self.stores)

    def some(self, among: dict[int, object]) -> list[int]:
        """A few of these letters."""
        return self.chance.sample(sorted(among), min(len(among), self.chance.randint(1, 4)))

    async def take(self) -> None:
        """A process takes what the pace leaves."""
        self.tokens += 1
        lease = Lease(f"token-{self.tokens}", self.at, self.at + 5 * MINUTE)
        async with self.store.begin() as unit:
            room = await find_room(unit, self.scene.mailbox_id, self.at)
            assert room is not None
            ids = await pace.lease(unit, room, NOON, lease, 5)
            await leases.stamp(unit, lease.token, [stamp(one) for one in ids])
        self.leased |= dict.fromkeys(ids, lease.token)

    async def hand_over(self) -> None:
        """The bodies of a few go on the wire."""
        for one in self.some(self.leased):
            token, until = self.leased.pop(one), self.at + HANDING
            mark = Mark(one, self.emails[one], (), None, "A thought", ())
            async with self.store.begin() as unit:
                if await leases.hand_over(unit, [mark], NOON, Lease(token, self.at, until)):
                    self.handing[one] = (token, self.at, until)

    async def settle(self) -> None:
        """The server answers about a few, or the connection breaks."""
        for one in self.some(self.handing):
            token, began, _ = self.handing.pop(one)
            state = self.chance.choice([State.ACCEPTED] * 5 + [State.UNCERTAIN] * 2 + [State.REFUSED, State.DUE])
            gone = state in (State.ACCEPTED, State.UNCERTAIN)
            at, settled_at = self.at if gone else None, None if state is State.DUE else NOON
            landed = landing(one, state, token=token, handed_at=at, settled_at=settled_at)
            async with self.store.begin() as unit:
                if await landings.settle(unit, [landed]) and gone:
                    self.wire.append((began, self.at, self.emails[one]))
                    await unit.run(send_table.update().where(send_table.c.id == one).values(retry_at=self.at))

    async def rescue(self) -> None:
        """A scheduler takes back what the dead held; what was on the wire may have been until its lease ended."""
        async with self.store.begin() as unit:
            stuck = [one.id for one in await rescues.expired(unit, self.at, 100)]
            await rescues.free_leased(unit, stuck, self.at)
            parked = await rescues.park_handing(unit, stuck, self.at, NOON, ended=self.at)
        for one in stuck:
            self.leased.pop(one, None)
        for one in parked:
            _, began, until = self.handing.pop(one)
            self.wire.append((began, until, self.emails[one]))

    async def release(self) -> None:
        """A process stops and gives a few back."""
        for one in self.some(self.leased):
            async with self.store.begin() as unit:
                await leases.release(unit, self.leased.pop(one), [one])

    async def send_again(self) -> None:
        """What is uncertain goes again."""
        async with self.store.begin() as unit:
            found = {one.id: one.due_at for one in await rescues.lost(unit, self.at, 2)}
            await rescues.send_again(unit, found, self.at, self.at)

    async def wait(self) -> None:
        """Time passes."""
        self.at += timedelta(seconds=self.chance.choice([1, 5, 20, 40, 61, 400]))

    def most_within(self, span: timedelta, domain: str = "") -> int:
        """The most letters any span may have seen, each at whatever moment of its handover."""
        found = [(began, ended) for began, ended, email in self.wire if email.endswith(domain)]
        return max(
            (sum(began < start + span and ended >= start for began, ended in found) for _, start in found), default=0
        )


@pytest.mark.parametrize("seed", range(2))
async def test_no_rolling_span_ever_has_more_than_its_pace(store: Store, other: Store, seed: int) -> None:
    chance = random.Random(seed)
    async with store.begin() as unit:
        scene = await set_scene(unit)
    limits = {"per_minute": 4, "per_day": 25, "domain_pace": {"*": {"minute": 2}, "b.example": {"hour": 5}}}
    await change(store, boxes, scene.mailbox_id, **limits)
    history = History((store, other), scene, chance)
    emails = [f"p{n}@{chance.choice('abc')}.example" for n in range(90)]
    history.emails = dict(zip(await due(store, scene, *emails), emails, strict=True))
    steps = [history.take, history.take, history.hand_over, history.hand_over, history.settle, history.settle]
    steps += [history.rescue, history.release, history.send_again, history.wait, history.wait]
    for _ in range(400):
        await chance.choice(steps)()
    assert history.most_within(MINUTE) == 4
    assert history.most_within(DAY) == 25
    assert max(history.most_within(MINUTE, f"@{one}.example") for one in "ac") <= 2
    assert history.most_within(HOUR, "@b.example") == 5


async def test_of_two_takers_at_once_the_second_finds_the_pace_used_up(store: Store, other: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_minute=2)
    await due(store, scene, *(f"p{n}@a.example" for n in range(5)))

    async def left() -> int | None:
        async with other.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, NOON)
        return 0 if room is None else room.letters

    async with store.begin() as unit:
        room = await find_room(unit, scene.mailbox_id, NOON)
        assert room is not None
        assert room.letters == 2
        second = asyncio.create_task(left())
        await asyncio.wait([second], timeout=0.2)  # it passes by, or waits for the gate
        await leases.take(unit, scene.mailbox_id, NOON, Lease("token", NOON, NOON + MINUTE), 2)
    assert await second == 0
    assert await left() == 0


async def test_a_handover_counts_from_its_end(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_minute=1)
    [one] = await due(store, scene, "ann@a.example")
    history = History((store,), scene, random.Random(1), emails={one: "ann@a.example"})
    await history.take()
    await history.hand_over()
    async with store.begin() as unit:
        landed = landing(one, State.ACCEPTED, token="token-1", handed_at=NOON + 30 * MINUTE)  # a slow server
        await landings.settle(unit, [landed])
    rooms = []
    for later in (30 * MINUTE, 31 * MINUTE - timedelta(seconds=1), 31 * MINUTE):
        async with store.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, NOON + later)
        assert room is not None
        rooms.append(room.letters)
    assert rooms == [0, 0, 1]


async def test_a_new_mailbox_warms_up_from_the_day_it_first_has_letters(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_day=50, warm_up={"start": 10, "step": 15})
    rooms = []
    for days in (0, 1, 2, 3, 4):  # NOON is Monday 5 January 2026: 10, 25, 40, then 50 and not 55
        async with store.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, NOON + days * DAY)
        assert room is not None
        rooms.append(room.letters)
    assert rooms == [10, 25, 40, 50, 50]


async def test_a_domain_that_rests_is_passed_over_and_the_others_go(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await due(store, scene, "a1@a.example", "b1@b.example", "a2@a.example")
    async with store.begin() as unit:
        await rests.begin(unit, scene.mailbox_id, {"a.example": NOON + 10 * MINUTE})
        await rests.begin(unit, scene.mailbox_id, {"a.example": NOON + MINUTE})  # the longer one stays
    history = History((store,), scene, random.Random(1))
    await history.take()
    assert len(history.leased) == 1
    history.at += 9 * MINUTE
    await history.take()
    assert len(history.leased) == 1
    history.at += MINUTE
    await history.take()
    assert len(history.leased) == 3


async def test_a_whole_mailbox_may_rest(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
        await rests.begin(unit, scene.mailbox_id, {"": NOON + MINUTE})
        resting = await find_room(unit, scene.mailbox_id, NOON)
        rested = await find_room(unit, scene.mailbox_id, NOON + MINUTE)
    assert resting is not None
    assert rested is not None
    assert (resting.letters, rested.letters) == (0, None)


async def test_m45_a_slowed_mailbox_sends_one_batch_at_a_time_over_fewer_connections(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, slowed_at=NOON, slowed_to=2)
    await due(store, scene, *(f"p{n}@a.example" for n in range(9)))
    async with store.begin() as unit:
        room = await find_room(unit, scene.mailbox_id, NOON, 4)
    assert room is not None
    assert (room.letters, room.connections) == (None, 2)
    history = History((store,), scene, random.Random(1))
    await history.take()
    rooms = []
    for later in (timedelta(), 10 * MINUTE, 20 * MINUTE):
        async with store.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, NOON + later, 4)
        assert room is not None
        rooms.append((room.letters, room.connections))
    assert rooms == [(0, None), (0, None), (None, None)]


async def test_letters_behind_more_than_a_page_of_a_full_domain_are_found(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.store.pace.PAGE", 3)
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, domain_pace={"a.example": {"hour": 1}})
    ids = await due(store, scene, *(f"p{n}@a.example" for n in range(8)), "ann@b.example", "bob@b.example")
    history = History((store,), scene, random.Random(1))
    await history.take()
    assert sorted(history.leased) == [ids[0], *ids[8:]]


async def test_a_clock_that_was_ahead_blocks_no_pace_for_long(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_minute=1)
    [one] = await due(store, scene, "ann@a.example")
    gone = {"state": "accepted", "settled_at": NOON, "message_id": "<1@x>", "dated_at": NOON}
    await change(store, send_table, one, handed_at=NOON + 400 * DAY, **gone)
    async with store.begin() as unit:
        await rests.begin(unit, scene.mailbox_id, {"": NOON + 400 * DAY})
        await rests.clamp(unit, NOON + HOUR)
        await clamp(unit, NOON)
    rooms = []
    for later in (MINUTE, HOUR):
        async with store.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, NOON + later)
        assert room is not None
        rooms.append(room.letters)
    assert rooms == [0, 1]


@pytest.mark.parametrize("kept", [{"day_room": 0, "day_full_until": NOON + 400 * DAY}, {"day_room": 5000}])
async def test_what_a_clock_that_was_ahead_left_of_a_day_is_counted_anew(store: Store, kept: dict[str, object]) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_day=5000, day_room_of=5000, **kept)
    [one] = await due(store, scene, "ann@a.example")
    gone = {"state": "accepted", "settled_at": NOON, "message_id": "<1@x>", "dated_at": NOON}
    await change(store, send_table, one, handed_at=NOON + 400 * DAY, **gone)
    async with store.begin() as unit:
        await clamp(unit, NOON)
        room = await find_room(unit, scene.mailbox_id, NOON + MINUTE)
    assert room is not None
    assert room.letters == 4999


async def test_a_mailbox_that_a_clock_ahead_slowed_or_warmed_up_begins_now(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    ahead = NOON + 400 * DAY
    warm_up = {"start": 20, "step": 10}
    await change(
        store,
        boxes,
        scene.mailbox_id,
        warm_up=warm_up,
        warm_up_on=ahead.date(),
        slowed_at=ahead,
        slowed_to=1,
    )
    async with store.begin() as unit:
        await clamp(unit, NOON)
        room = await find_room(unit, scene.mailbox_id, NOON + MINUTE)
    assert room is not None
    assert (room.letters, room.mailbox.warm_up_on, room.mailbox.slowed_at) == (20, NOON.date(), NOON)


async def test_a_days_letters_are_counted_seldom_and_never_too_few(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drip.store.pace.ENOUGH", 3)
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_day=8)
    await due(store, scene, *(f"p{n}@a.example" for n in range(20)))
    history = History((store,), scene, random.Random(1))
    rooms = []
    for _ in range(5):  # 8, then 3 by what was leased, then nothing
        async with store.begin() as unit:
            room = await find_room(unit, scene.mailbox_id, history.at)
        assert room is not None
        rooms.append(room.letters)
        await history.take()
    assert rooms == [8, 3, 0, 0, 0]
    assert len(history.leased) == 8
    await change(store, boxes, scene.mailbox_id, per_day=9)  # another limit is counted anew
    await history.take()
    assert len(history.leased) == 9


async def test_a_full_day_is_counted_again_within_a_minute(store: Store) -> None:
    async with store.begin() as unit:
        scene = await set_scene(unit)
    await change(store, boxes, scene.mailbox_id, per_day=1)
    await due(store, scene, "ann@a.example", "bob@a.example")
    history = History((store,), scene, random.Random(1))
    await history.take()
    await history.take()
    assert len(history.leased) == 1
    await history.release()
    history.at += MINUTE
    await history.take()
    assert len(history.leased) == 1
