"""Sends are planned once, withdrawn in time, and seen by who has to send them."""

from datetime import timedelta

import pytest

from drip.domain.send import State
from drip.store import enrollments, leases, mailboxes, sends
from drip.store.engine import Store
from drip.store.leases import Lease
from drip.store.sends import NewSend, Outlook
from tests.store.scene import HOUR, NOON, Scene, enroll

MINUTE = timedelta(minutes=1)


def new_send(scene: Scene, enrollment_id: int, key: str = "downtime", **changes: object) -> NewSend:
    """A send of the scene's mailbox that is due at noon."""
    known = {"run": 1, "n": 1, "due_at": NOON, "mailbox_id": scene.mailbox_id} | changes
    return NewSend(
        enrollment_id=enrollment_id,
        prospect_id=enrollment_id,
        version_id=scene.version_id,
        key=key,
        step_key=key,
        **known,  # type: ignore[arg-type]
    )


async def test_a_planned_send_is_due(store: Store) -> None:
    scene, [one] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        made = await sends.add(unit, [new_send(scene, one)], NOON)
    async with store.reading() as unit:
        row = await sends.get(unit, made[one])
        assert row is not None
        assert (row.state, row.key, row.n, row.due_at, row.attempts) == (State.DUE, "downtime", 1, NOON, 0)
        assert [send.id for send in await sends.of_enrollment(unit, one)] == [made[one]]
        assert [send.id for send in await sends.in_state(unit, State.DUE)] == [made[one]]
        assert await sends.count_by_state(unit) == {State.DUE: 1}


async def test_r39_a_key_is_planned_once_for_an_enrollment_and_run(store: Store) -> None:
    scene, [one] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one)], NOON)
    async with store.begin() as unit:
        assert await sends.add(unit, [new_send(scene, one)], NOON) == {}


async def test_an_enrollment_has_one_unfinished_send(store: Store) -> None:
    scene, [one, two] = await enroll(store, "ann@example.com", "bob@example.com")
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one)], NOON)
    async with store.begin() as unit:
        both = [new_send(scene, one, "checklist"), new_send(scene, two, "checklist")]
        assert set(await sends.add(unit, both, NOON)) == {two}


async def test_a_withdrawn_key_may_be_planned_again(store: Store) -> None:
    scene, [one] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        first = (await sends.add(unit, [new_send(scene, one)], NOON))[one]
        assert await sends.withdraw(unit, [one], "paused", NOON) == {one: first}
        again = await sends.add(unit, [new_send(scene, one, due_at=NOON + HOUR)], NOON)
    assert set(again) == {one}
    async with store.reading() as unit:
        row = await sends.get(unit, first)
        assert row is not None
        assert (row.state, row.withdrawn_reason, row.settled_at) == (State.WITHDRAWN, "paused", NOON)


async def test_a_leased_send_is_withdrawn_and_loses_its_lease(store: Store) -> None:
    scene, [one] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one)], NOON)
        await leases.take(unit, scene.mailbox_id, NOON, Lease("token", NOON, NOON + HOUR), 10)
        assert set(await sends.withdraw(unit, [one], "opted_out", NOON)) == {one}
    async with store.begin() as unit:
        assert await leases.release(unit, "token", [1]) == frozenset()


async def test_the_outlook_names_mailboxes_that_could_send_now(store: Store) -> None:
    scene, [one, two] = await enroll(store, "ann@example.com", "bob@example.com")
    async with store.begin() as unit:
        await enrollments.set_next(unit, {one: None, two: NOON + HOUR})
        await sends.add(unit, [new_send(scene, one)], NOON)
        await sends.add(unit, [new_send(scene, two, mailbox_id=None, due_at=NOON + MINUTE)], NOON)
    async with store.reading() as unit:
        assert await sends.outlook(unit, NOON - MINUTE, NOON) == Outlook((), False, NOON)
        assert await sends.outlook(unit, NOON, NOON) == Outlook((scene.mailbox_id,), True, NOON + MINUTE)
        found = await sends.outlook(unit, NOON + MINUTE, NOON)
        assert (set(found.ready), found.moves, found.next_at) == ({scene.mailbox_id, None}, True, NOON + HOUR)
        assert (await sends.outlook(unit, NOON + MINUTE, NOON, NOON + HOUR)).next_at == NOON + HOUR
        assert (await sends.outlook(unit, NOON + MINUTE, NOON, NOON + HOUR + MINUTE)).next_at is None


async def test_what_is_due_from_a_paused_mailbox_is_nothing_that_moves(store: Store) -> None:
    scene, [one, two] = await enroll(store, "ann@example.com", "bob@example.com")
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one)], NOON)
        await enrollments.set_next(unit, {one: None, two: None})
        await mailboxes.pause(unit, scene.mailbox_id, "by hand", NOON)
        assert await sends.outlook(unit, NOON, NOON) == Outlook((), False, None)
        await sends.add(unit, [new_send(scene, two, mailbox_id=None)], NOON)
    async with store.reading() as unit:
        assert await sends.outlook(unit, NOON, NOON) == Outlook((None,), True, None)


async def test_a_send_that_waits_for_a_retry_moves_but_is_not_ready(store: Store) -> None:
    scene, [one] = await enroll(store, "ann@example.com")
    async with store.begin() as unit:
        ids = (await sends.add(unit, [new_send(scene, one)], NOON)).values()
        await leases.take(unit, scene.mailbox_id, NOON, Lease("token", NOON, NOON + HOUR), 10)
        await leases.release(unit, "token", list(ids), NOON + MINUTE)
        await enrollments.set_next(unit, {one: None})
    async with store.reading() as unit:
        assert await sends.outlook(unit, NOON, NOON) == Outlook((), True, None)
        assert await sends.outlook(unit, NOON, NOON + MINUTE) == Outlook((scene.mailbox_id,), True, None)


@pytest.mark.parametrize("reps", [[], [1], [1, 99]])
async def test_a_rep_writes_from_the_first_mailbox_added(store: Store, reps: list[int]) -> None:
    scene, _ = await enroll(store, "ann@example.com")
    async with store.reading() as unit:
        found = await sends.mailboxes_of(unit, reps)
    assert found == ({scene.rep_id: scene.mailbox_id} if reps else {})
