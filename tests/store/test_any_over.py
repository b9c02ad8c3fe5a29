"""Whether there is anything to rescue or to send again: one look says what the full question would find."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from drip.store import leases, notice_leases, notices, rescues, sends
from drip.store.engine import Store, open_store
from drip.store.notices import NewNotice
from drip.store.prepared import Prepared
from drip.store.tables import business_time
from drip.store.tables import notices as notice_table
from drip.store.tables import sends as send_table
from tests.store.scene import HOUR, NOON, enroll
from tests.store.test_sends import new_send

EMAILS = ("ann@example.com", "bob@example.com")
NOTHING: dict[str, Any] = {"lease_token": None, "lease_until": None, "retry_at": None}
GONE: dict[str, Any] = {"message_id": "<1@seller.example>", "dated_at": NOON, "handed_at": NOON}
HOURS = st.integers(-2, 2).filter(bool)
STATES = st.sampled_from(["due", "leased", "handing", "uncertain"])
ROWS = st.tuples(STATES, HOURS, st.booleans())


def values(state: str, hours: int, retries: bool, machine: datetime) -> dict[str, Any]:
    """A row in a state whose lease ends, or that may be tried again, so many hours from now."""
    at = machine + hours * HOUR
    leased = {"lease_token": "token", "lease_until": at} if state in ("leased", "handing") else {}
    again = {"retry_at": at} if retries and not leased else {}
    settled_at = NOON if state == "uncertain" else None
    return {**NOTHING, **GONE, "state": state, "settled_at": settled_at, **leased, **again}


async def set_stage(url: str) -> None:
    """Two letters and a notice."""
    store = open_store(url)
    scene, ids = await enroll(store, *EMAILS)
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one) for one in ids], NOON)
        await notices.add(unit, [NewNotice("alert", "alert/1", scene.rep_id, NOON, NOON + HOUR)], NOON)
    await store.close()


async def compare(url: str, rows: list[tuple[str, int, bool]], notice: tuple[str, int, bool]) -> None:
    """By one look, and by the full question."""
    store = open_store(url)
    try:
        await compare_in(store, rows, notice)
    finally:
        await store.close()


async def compare_in(store: Store, rows: list[tuple[str, int, bool]], notice: tuple[str, int, bool]) -> None:
    """The same, in a store that is closed by whoever opened it."""
    async with store.begin() as unit:
        machine = await leases.machine_time(unit, NOON)
        for row_id, row in enumerate(rows, 1):
            await unit.run(update(send_table).where(send_table.c.id == row_id).values(values(*row, machine)))
        await unit.run(update(notice_table).values(values(*notice, machine)))
    async with store.peek() as unit:
        over, lost, told = [
            await ask(unit, NOON) for ask in (rescues.any_over, rescues.any_lost, notice_leases.any_over)
        ]
    async with store.begin() as unit:
        assert over == bool(await rescues.expired(unit, machine, 9))
        assert lost == bool(await rescues.lost(unit, machine, 9))
        assert told == (sum(await notice_leases.rescue(unit, machine, NOON)) > 0)


@given(st.tuples(ROWS, ROWS).map(list), ROWS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def run_all(url: str, rows: list[tuple[str, int, bool]], notice: tuple[str, int, bool]) -> None:
    """Whatever state they are in."""
    asyncio.run(compare(url, rows, notice))


def test_one_look_tells_whether_anything_is_over_or_lost(migrated_url: str) -> None:
    asyncio.run(set_stage(migrated_url))
    run_all(migrated_url)


async def test_a_peek_sees_what_was_committed_and_takes_prepared_statements_alone(store: Store) -> None:
    asked = Prepared(select(business_time.c.now))
    async with store.peek() as unit:
        assert await unit.value(asked) is None
        async with store.begin() as other:
            await other.run(business_time.insert().values(id=1, now=NOON))
        assert await unit.value(asked) == NOON
    if store.kind == "postgresql":
        async with store.peek() as unit:
            with pytest.raises(AssertionError, match="prepared statements alone"):
                await unit.value(select(business_time.c.now))
            assert timedelta() <= (await leases.machine_time(unit, NOON)) - NOON
