"""What the database itself makes impossible for a send."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from drip.domain.send import FINAL, State
from drip.store import tables
from drip.store.engine import Store
from tests.store.scene import HOUR, NOON, enroll

HANDED: dict[str, Any] = {"message_id": "<1@seller.example>", "dated_at": NOON, "handed_at": NOON}
LEASE: dict[str, Any] = {"lease_token": "t", "lease_until": NOON + HOUR}
RIGHT: dict[State, dict[str, Any]] = {
    State.DUE: {},
    State.LEASED: LEASE,
    State.HANDING: LEASE | HANDED,
    State.UNCERTAIN: HANDED,
    State.ACCEPTED: HANDED | {"settled_at": NOON},
    State.REFUSED: {"settled_at": NOON},
    State.WITHDRAWN: {"settled_at": NOON, "withdrawn_reason": "replied"},
    State.EXPIRED: {"settled_at": NOON},
}


async def add(store: Store, state: State = State.DUE, key: str = "downtime", **changes: Any) -> int:
    """A send of the one enrollment there is, in this state; its id."""
    row = {
        "enrollment_id": 1,
        "prospect_id": 1,
        "mailbox_id": 1,
        "version_id": 1,
        "run": 1,
        "key": key,
        "step_key": key,
        "n": 1,
        "due_at": NOON,
        "planned_at": NOON,
        "state": state,
    }
    async with store.begin() as unit:
        added: int = await unit.value(
            insert(tables.sends).values(row | RIGHT[state] | changes).returning(tables.sends.c.id)
        )
    return added


@pytest.mark.parametrize("state", list(State))
async def test_a_send_can_be_in_every_state_of_the_domain(store: Store, state: State):
    await enroll(store, "ann@example.com")
    assert await add(store, state) == 1


@pytest.mark.parametrize("state", [state for state in State if RIGHT[state]])
async def test_a_send_cannot_be_in_a_state_without_what_belongs_to_it(store: Store, state: State):
    await enroll(store, "ann@example.com")
    for missing in RIGHT[state]:
        with pytest.raises(IntegrityError):
            await add(store, state, **{missing: None})


@pytest.mark.parametrize("state", [state for state in State if state not in (State.LEASED, State.HANDING)])
async def test_a_lease_is_held_only_while_leased_or_handing(store: Store, state: State):
    await enroll(store, "ann@example.com")
    with pytest.raises(IntegrityError):
        await add(store, state, lease_token="t")
    with pytest.raises(IntegrityError):
        await add(store, state, lease_until=NOON)


@pytest.mark.parametrize("state", [State.DUE, State.LEASED, State.HANDING])
async def test_an_unfinished_send_was_not_settled(store: Store, state: State):
    await enroll(store, "ann@example.com")
    with pytest.raises(IntegrityError):
        await add(store, state, settled_at=NOON)


async def test_a_state_the_domain_does_not_know_is_refused(store: Store):
    await enroll(store, "ann@example.com")
    await add(store)
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await unit.run(update(tables.sends).values(state="sent"))


@pytest.mark.parametrize("first", [state for state in State if state not in FINAL or state is State.ACCEPTED])
async def test_r39_a_letter_that_left_or_may_leave_is_never_planned_again(store: Store, first: State):
    await enroll(store, "ann@example.com")
    await add(store, first)
    with pytest.raises(IntegrityError):
        await add(store)
    if first in (State.UNCERTAIN, State.ACCEPTED):
        await add(store, run=2)


@pytest.mark.parametrize("first", [State.WITHDRAWN, State.EXPIRED, State.REFUSED])
async def test_a_letter_that_never_reached_anybody_may_be_planned_again(store: Store, first: State):
    await enroll(store, "ann@example.com")
    await add(store, first)
    assert await add(store) == 2
    with pytest.raises(IntegrityError):
        await add(store)


async def test_an_enrollment_has_one_unfinished_send(store: Store):
    await enroll(store, "ann@example.com")
    await add(store)
    with pytest.raises(IntegrityError):
        await add(store, key="checklist")


async def test_ids_of_sends_are_never_used_twice(store: Store):
    await enroll(store, "ann@example.com")
    await add(store)
    async with store.begin() as unit:
        await unit.run(tables.sends.delete())
    assert await add(store) == 2


async def test_a_naive_time_is_refused_before_it_reaches_the_database(store: Store):
    await enroll(store, "ann@example.com")
    with pytest.raises(Exception, match="no time zone"):
        await add(store, due_at=datetime(2026, 1, 5, 12))  # noqa: DTZ001
