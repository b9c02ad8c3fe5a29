"""The durable protocol, statement by statement: every move is guarded, and acts on what moved alone (HOUSE)."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from drip.domain.enrollment import State as Enrolled
from drip.domain.send import State
from drip.store import landings, leases, letters, mailboxes, rescues, sends, suppressions
from drip.store.engine import Store, Unit
from drip.store.landings import Attempt, Landing
from drip.store.leases import Lease, Mark, Stamp
from drip.store.pace import find_room
from drip.store.tables import enrollments, prospects
from drip.store.tables import mailboxes as boxes
from drip.store.tables import sends as send_table
from tests.store.scene import HOUR, NOON, Scene, enroll
from tests.store.test_sends import new_send

MINUTE = timedelta(minutes=1)
LEASE = Lease("token", NOON, NOON + MINUTE)
LONGER = Lease("token", NOON, NOON + HOUR)
EMAILS = ("ann@mail.example.com", "bob@example.com", "cy@example.com")
DOMAINS = ("mail.example.com", "example.com")


@dataclass(frozen=True)
class Stage:
    """Three due sends of one mailbox, by id."""

    scene: Scene
    enrolled: list[int]
    sends: list[int]


async def set_stage(store: Store) -> Stage:
    """Ann's, Bob's and Cy's first letters are due at noon."""
    scene, ids = await enroll(store, *EMAILS)
    async with store.begin() as unit:
        made = await sends.add(unit, [new_send(scene, one) for one in ids], NOON)
    return Stage(scene, ids, [made[one] for one in ids])


async def take(store: Store, stage: Stage, lease: Lease = LEASE, limit: int = 10) -> list[int]:
    """Lease them, and stamp them as composing does."""
    async with store.begin() as unit:
        taken = await leases.take(unit, stage.scene.mailbox_id, NOON, lease, limit)
        await leases.stamp(unit, lease.token, [stamp(one) for one in taken])
    return taken


def stamp(send_id: int) -> Stamp:
    """What a letter goes out as."""
    return Stamp(send_id, f"<{send_id}@seller.example>", NOON, {"prospect": {"first_name": "Ann"}})


def mark(send_id: int, **changes: object) -> Mark:
    """A request to hand over the first letter."""
    known = Mark(send_id, EMAILS[0], DOMAINS, None, "A thought", ("https://seller.example/guide",))
    return known._replace(**changes)  # type: ignore[arg-type]


def landing(send_id: int, state: State, **changes: object) -> Landing:
    """What came of the first attempt."""
    known = Landing(send_id, "token", 1, state, "accepted", "250 2.0.0", "Ok", settled_at=NOON)
    return known._replace(**changes)  # type: ignore[arg-type]


async def hand_over(store: Store, *marks: Mark, lease: Lease = LONGER) -> frozenset[int]:
    """Mark letters in a unit of its own."""
    async with store.begin(durable=True) as unit:
        return await leases.hand_over(unit, marks, NOON, lease)


async def settle(store: Store, *landed: Landing) -> frozenset[int]:
    """Write outcomes in a unit of its own."""
    async with store.begin() as unit:
        return await landings.settle(unit, landed)


async def state(store: Store, send_id: int) -> State:
    """Where a send is."""
    async with store.reading() as unit:
        row = await sends.get(unit, send_id)
    assert row is not None
    return row.state


async def again(unit: Unit, machine: datetime) -> frozenset[int]:
    """What goes again by the mailbox's policy."""
    due = {one.id: one.due_at for one in await rescues.lost(unit, machine, 10)}
    return await rescues.send_again(unit, due, NOON, machine)


async def change(store: Store, table: Any, row_id: int, **values: object) -> None:
    """Change a row behind everybody's back."""
    async with store.begin() as unit:
        await unit.run(update(table).where(table.c.id == row_id).values(values))


async def test_take_leases_what_is_due_longest_first(store: Store) -> None:
    stage = await set_stage(store)
    await change(store, send_table, stage.sends[2], due_at=NOON - HOUR)
    await change(store, send_table, stage.sends[0], due_at=NOON + MINUTE)
    assert await take(store, stage, limit=1) == [stage.sends[2]]
    assert await take(store, stage) == [stage.sends[1]]
    assert await state(store, stage.sends[0]) is State.DUE


async def test_what_is_leased_cannot_be_taken_by_another(store: Store, other: Store) -> None:
    stage = await set_stage(store)
    assert await take(store, stage) == stage.sends
    assert await take(other, stage, replace(LEASE, token="another")) == []


async def test_of_two_takers_at_once_each_row_goes_to_one(store: Store, other: Store) -> None:
    stage = await set_stage(store)
    async with store.begin() as unit:
        first = await leases.take(unit, stage.scene.mailbox_id, NOON, LEASE, 2)
        second = asyncio.create_task(take(other, stage, replace(LEASE, token="another")))
        await asyncio.wait([second], timeout=0.2)
    assert len(first) == 2
    assert not set(first) & set(await second)


async def test_a_letter_waiting_for_a_retry_is_not_taken_before(store: Store) -> None:
    stage = await set_stage(store)
    await change(store, send_table, stage.sends[0], retry_at=NOON + MINUTE)
    assert await take(store, stage) == stage.sends[1:]


async def test_the_shelf_takes_only_its_own(store: Store) -> None:
    stage = await set_stage(store)
    await change(store, send_table, stage.sends[1], mailbox_id=None)
    async with store.begin() as unit:
        assert await leases.take(unit, None, NOON, LEASE, 10) == [stage.sends[1]]


async def test_the_first_compose_is_kept_for_every_later_one(store: Store) -> None:
    stage = await set_stage(store)
    [first] = await take(store, stage, limit=1)
    async with store.begin() as unit:
        await leases.stamp(unit, "token", [Stamp(first, "<other@x.example>", NOON + HOUR, {"changed": True})])
        [row] = await letters.load(unit, [first])
    assert (row.message_id, row.dated_at) == (f"<{first}@seller.example>", NOON)
    assert row.letter_values == {"prospect": {"first_name": "Ann"}}


async def test_a_marked_letter_is_handing_with_its_longer_lease(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    assert await hand_over(store, mark(stage.sends[0])) == {stage.sends[0]}
    async with store.reading() as unit:
        row = await sends.get(unit, stage.sends[0])
        assert row is not None
        assert (row.state, row.subject, row.handed_at) == (State.HANDING, "A thought", NOON)
        assert row.destinations == ["https://seller.example/guide"]
        assert await rescues.expired(unit, NOON + 2 * MINUTE, 10) != []
        assert stage.sends[0] not in {one.id for one in await rescues.expired(unit, NOON + 2 * MINUTE, 10)}


PROTECTIONS: dict[str, tuple[str, dict[str, object]]] = {
    "a pause": ("enrollment", {"paused_at": NOON}),
    "a reply": ("enrollment", {"waiting_for": "replied", "waiting_since": NOON}),
    "an absence": ("enrollment", {"absent_until": date(2026, 1, 8)}),
    "a colleague's reply": ("enrollment", {"colleague_until": date(2026, 1, 8)}),
    "an opt-out": ("enrollment", {"state": Enrolled.OPTED_OUT}),
    "a closed file": ("enrollment", {"state": Enrolled.CLOSED, "closed_at": NOON, "closed_reason": "declined"}),
    "an opt-out elsewhere": ("prospect", {"opted_out_at": NOON}),
    "a complaint": ("prospect", {"complained_at": NOON}),
    "a touch since it was taken": ("prospect", {"touched_on": date(2026, 1, 5)}),
}


@pytest.mark.parametrize("what", PROTECTIONS)
async def test_r36_what_protects_a_person_is_asked_in_the_statement_that_hands_over(store: Store, what: str) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    table, values = PROTECTIONS[what]
    await change(store, enrollments if table == "enrollment" else prospects, stage.enrolled[0], **values)
    both = await hand_over(store, mark(stage.sends[0]), mark(stage.sends[1], email=EMAILS[1]))
    assert both == {stage.sends[1]}
    assert await state(store, stage.sends[0]) is State.LEASED


@pytest.mark.parametrize("what", [EMAILS[0], *DOMAINS])
async def test_r36_a_suppressed_address_or_domain_is_not_handed_over(store: Store, what: str) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    async with store.begin() as unit:
        await suppressions.add(unit, what, "by_hand", "cli", NOON)
    assert await hand_over(store, mark(stage.sends[0])) == frozenset()
    async with store.begin() as unit:
        await suppressions.lift(unit, what, "by mistake", "cli", NOON)
    assert await hand_over(store, mark(stage.sends[0])) == {stage.sends[0]}


async def test_the_same_touch_as_at_take_does_not_stop_a_letter(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    await change(store, prospects, stage.enrolled[0], touched_on=date(2025, 12, 1))
    assert await hand_over(store, mark(stage.sends[0], touched_on=date(2025, 12, 1))) == {stage.sends[0]}


@pytest.mark.parametrize(
    "lease",
    [replace(LONGER, token="another"), replace(LONGER, machine=LEASE.until), replace(LONGER, machine=NOON + HOUR)],
    ids=["another's token", "the lease ended just now", "the lease ended long ago"],
)
async def test_without_a_live_lease_of_ones_own_nothing_is_handed_over(store: Store, lease: Lease) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    assert await hand_over(store, mark(stage.sends[0]), lease=lease) == frozenset()


async def test_a_letter_is_handed_over_once(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    assert await hand_over(store, mark(stage.sends[0])) == {stage.sends[0]}
    assert await hand_over(store, mark(stage.sends[0])) == frozenset()


async def test_an_opt_out_that_commits_first_wins_the_race_for_the_row(store: Store, other: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    async with store.begin() as unit:
        assert await sends.withdraw(unit, [stage.enrolled[0]], "opted_out", NOON)
        marked = asyncio.create_task(hand_over(other, mark(stage.sends[0])))
        await asyncio.wait([marked], timeout=0.2)
        assert not marked.done()
    assert await marked == frozenset()


async def test_a_mark_that_commits_first_is_not_withdrawn(store: Store, other: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)

    async def opt_out() -> dict[int, int]:
        async with other.begin() as unit:
            return await sends.withdraw(unit, [stage.enrolled[0]], "opted_out", NOON)

    async with store.begin() as unit:
        assert await leases.hand_over(unit, [mark(stage.sends[0])], NOON, LONGER)
        withdrawn = asyncio.create_task(opt_out())
        await asyncio.wait([withdrawn], timeout=0.2)
    assert await withdrawn == {}


@pytest.mark.parametrize("after", [State.ACCEPTED, State.REFUSED, State.UNCERTAIN, State.DUE])
async def test_what_is_handing_lands_in_every_state_of_settle(store: Store, after: State) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    await hand_over(store, mark(stage.sends[0]))
    one = landing(stage.sends[0], after, settled_at=None if after is State.DUE else NOON)
    assert await settle(store, one) == {stage.sends[0]}
    assert await state(store, stage.sends[0]) is after
    assert await settle(store, one) == frozenset()


@pytest.mark.parametrize(
    ("after", "moves"),
    [(State.REFUSED, True), (State.DUE, True), (State.ACCEPTED, False), (State.UNCERTAIN, False)],
)
async def test_before_the_body_a_letter_is_only_refused_or_due_again(store: Store, after: State, moves: bool) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    one = landing(stage.sends[0], after, settled_at=None if after is State.DUE else NOON)
    assert bool(await settle(store, one)) is moves


async def test_an_outcome_is_fenced_by_the_lease_it_was_made_under(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    await hand_over(store, mark(stage.sends[0]))
    late = landing(stage.sends[0], State.ACCEPTED, token="another")
    assert await settle(store, late, landing(stage.sends[1], State.REFUSED)) == {stage.sends[1]}
    assert await state(store, stage.sends[0]) is State.HANDING


async def test_a_late_answer_of_the_newest_attempt_ends_the_uncertainty(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    await hand_over(store, mark(stage.sends[0]))
    await settle(store, landing(stage.sends[0], State.UNCERTAIN))
    async with store.begin() as unit:
        older = landing(stage.sends[0], State.ACCEPTED, number=0)
        unsure = landing(stage.sends[0], State.UNCERTAIN)
        assert await landings.settle_late(unit, [older, unsure]) == frozenset()
        assert await landings.settle_late(unit, [landing(stage.sends[0], State.ACCEPTED)]) == {stage.sends[0]}
        assert await landings.settle_late(unit, [landing(stage.sends[0], State.REFUSED)]) == frozenset()
    assert await state(store, stage.sends[0]) is State.ACCEPTED


async def test_released_letters_were_not_tried(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    async with store.begin() as unit:
        assert await leases.release(unit, "another", stage.sends) == frozenset()
        assert await leases.release(unit, "token", stage.sends[:2], NOON + MINUTE) == set(stage.sends[:2])
        row = await sends.get(unit, stage.sends[0])
    assert row is not None
    assert (row.state, row.attempts, row.retry_at) == (State.DUE, 0, NOON + MINUTE)


async def test_a_held_letter_is_withdrawn_only_by_who_leased_it(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    async with store.begin() as unit:
        assert await leases.withdraw(unit, "another", {stage.sends[0]: "gap"}, NOON) == frozenset()
        assert await leases.withdraw(unit, "token", {stage.sends[0]: "gap"}, NOON) == {stage.sends[0]}
        row = await sends.get(unit, stage.sends[0])
    assert row is not None
    assert (row.state, row.withdrawn_reason) == (State.WITHDRAWN, "gap")


async def test_only_leases_that_ended_are_rescued(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage)
    await hand_over(store, mark(stage.sends[0]))
    machine = NOON + 2 * MINUTE
    async with store.begin() as unit:
        assert await rescues.free_leased(unit, stage.sends, NOON) == frozenset()
        assert await rescues.park_handing(unit, stage.sends, machine, NOON) == frozenset()
        assert await rescues.free_leased(unit, stage.sends, machine) == set(stage.sends[1:])
        assert await rescues.park_handing(unit, stage.sends, NOON + 2 * HOUR, NOON) == {stage.sends[0]}
    assert await state(store, stage.sends[0]) is State.UNCERTAIN


async def test_r40_an_uncertain_letter_is_sent_again_once_where_the_mailbox_says_so(store: Store) -> None:
    stage = await set_stage(store)
    first = stage.sends[0]
    await make_uncertain(store, stage)
    async with store.begin() as unit:
        await rescues.schedule_again(unit, [first], NOON + MINUTE)
        assert await again(unit, NOON + HOUR) == frozenset()  # the policy is "left"
    await change(store, boxes, stage.scene.mailbox_id, uncertain_policy="again")
    async with store.begin() as unit:
        await rescues.schedule_again(unit, [first], NOON + MINUTE)
        await landings.record(unit, [attempt(first)])
        assert await again(unit, NOON) == frozenset()
        assert await again(unit, NOON + MINUTE) == {first}
    await make_uncertain(store, stage)
    async with store.begin() as unit:
        await rescues.schedule_again(unit, [first], NOON + MINUTE)
        assert await again(unit, NOON + HOUR) == frozenset()


async def test_r40_an_uncertain_letter_waits_while_the_next_one_is_on_its_way(store: Store) -> None:
    stage = await set_stage(store)
    await make_uncertain(store, stage)
    await change(store, send_table, stage.sends[0], retry_at=NOON)
    async with store.begin() as unit:
        await sends.add(unit, [new_send(stage.scene, stage.enrolled[0], "checklist")], NOON)
        assert await again(unit, NOON) == frozenset()


async def test_retries_of_a_clock_that_was_ahead_are_brought_back(store: Store) -> None:
    stage = await set_stage(store)
    await change(store, send_table, stage.sends[0], retry_at=datetime(2031, 1, 1, tzinfo=NOON.tzinfo))
    async with store.begin() as unit:
        await rescues.clamp_retries(unit, NOON)
    assert await take(store, stage) == stage.sends


async def test_what_has_been_due_too_long_expires(store: Store) -> None:
    stage = await set_stage(store)
    await take(store, stage, limit=1)
    async with store.begin() as unit:
        assert await rescues.old(unit, NOON - MINUTE, 10) == []
        assert [one.id for one in await rescues.old(unit, NOON, 10)] == stage.sends[1:]
        assert await rescues.expire(unit, stage.sends, NOON + HOUR) == set(stage.sends[1:])
    assert await state(store, stage.sends[0]) is State.LEASED


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (State.ACCEPTED, True),
        (State.UNCERTAIN, True),
        (State.HANDING, True),
        (State.LEASED, True),
        (State.REFUSED, False),
    ],
)
async def test_leased_handing_uncertain_and_accepted_letters_count_in_the_pace(
    store: Store, after: State, counts: bool
) -> None:
    stage = await set_stage(store)
    await change(store, boxes, stage.scene.mailbox_id, per_minute=5)
    await take(store, stage, limit=1)
    if after is not State.LEASED:
        await hand_over(store, mark(stage.sends[0]))
    if after not in (State.LEASED, State.HANDING):
        await settle(store, landing(stage.sends[0], after))
    async with store.begin() as unit:
        room = await find_room(unit, stage.scene.mailbox_id, NOON)
    assert room is not None
    assert room.letters == (4 if counts else 5)


async def test_pace_counts_the_last_minute_and_the_last_24_hours(store: Store) -> None:
    stage = await set_stage(store)
    await change(store, boxes, stage.scene.mailbox_id, per_minute=1, per_day=2)
    await take(store, stage, limit=1)
    await hand_over(store, mark(stage.sends[0]))
    await settle(store, landing(stage.sends[0], State.ACCEPTED))
    rooms = []
    for later in (timedelta(seconds=59), timedelta(seconds=60), timedelta(hours=23), timedelta(days=1)):
        async with store.begin() as unit:
            room = await find_room(unit, stage.scene.mailbox_id, NOON + later)
        assert room is not None
        rooms.append(room.letters)
    assert rooms == [0, 1, 1, 1]
    await change(store, boxes, stage.scene.mailbox_id, per_minute=None)
    async with store.begin() as unit:
        room = await find_room(unit, stage.scene.mailbox_id, NOON + timedelta(days=1))
    assert room is not None
    assert room.letters == 2


async def test_there_is_no_room_in_a_paused_mailbox(store: Store) -> None:
    stage = await set_stage(store)
    async with store.begin() as unit:
        await mailboxes.pause(unit, stage.scene.mailbox_id, "login refused", NOON)
        assert await find_room(unit, stage.scene.mailbox_id, NOON) is None


async def make_uncertain(store: Store, stage: Stage) -> None:
    """The first letter is handed over and its answer lost."""
    [first] = await take(store, stage, limit=1)
    assert first == stage.sends[0]
    assert await hand_over(store, mark(first))
    async with store.begin() as unit:
        row = await sends.get(unit, first)
        assert row is not None
        assert await landings.settle(unit, [landing(first, State.UNCERTAIN, number=row.attempts)])


def attempt(send_id: int) -> Attempt:
    """The record of an attempt whose answer was lost."""
    return Attempt(send_id, 1, "token", "uncertain", "body", None, None, "lost", NOON, NOON)
