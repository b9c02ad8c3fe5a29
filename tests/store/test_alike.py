"""Inserts of rows that are much alike: what they share travels once, and what is kept is the same."""

from datetime import timedelta

import pytest

from drip.store import facts
from drip.store.alike import FEW, SHARED, insert_alike
from drip.store.engine import Store
from drip.store.facts import NewFact
from drip.store.tables import suppressions
from drip.store.writes import Write, write
from tests.store.scene import NOON, enroll

NAMES = ("address", "reason", "at", "who")


def rows_of(count: int, reason: str = "by_hand") -> list[tuple[object, ...]]:
    """Suppressions that differ in the address alone."""
    return [(f"p{n}@acme.example", reason, NOON, "rep:1") for n in range(count)]


async def test_many_facts_that_are_alike_are_kept_as_told_and_in_their_order(store: Store):
    _, [first, second] = await enroll(store, "ann@example.com", "bob@example.com")
    data = {"step": "a", "words": 'a "quoted" word, née', "n": 3}
    new = [
        NewFact(NOON, "held", "service", 1 + n % 2, (first, second)[n % 2], reason=f"r{n}", data=data)
        for n in range(FEW + 4)
    ]
    async with store.begin() as unit:
        await facts.append(unit, new)
        kept = await facts.of_enrollment(unit, first)
    told = [one for one in new if one.enrollment_id == first]
    assert [tuple(getattr(one, name) for name in NewFact._fields) for one in kept] == told


async def test_rows_that_are_alike_in_all_things_are_all_kept(store: Store):
    new = NewFact(NOON, "paused", "service")
    async with store.begin() as unit:
        await facts.append(unit, [new] * (FEW + 1))
        assert await facts.counts(unit, NOON, NOON + timedelta(hours=1)) == {("paused", None): FEW + 1}


async def test_what_all_rows_say_travels_once(store: Store):
    _, many = insert_alike(store.kind, suppressions, NAMES, rows_of(FEW))
    assert many["rows"].count("by_hand") == 0
    assert many[SHARED].count("by_hand") == 1
    _, few = insert_alike(store.kind, suppressions, NAMES, rows_of(FEW - 1))
    assert SHARED not in few


async def test_a_row_an_index_keeps_out_is_not_told_among_those_that_came_in(store: Store):
    conflict, returned = "(address) WHERE lifted_at IS NULL DO NOTHING", ("address",)
    async with store.begin() as unit:
        known = insert_alike(store.kind, suppressions, NAMES, rows_of(2), conflict, returned)
        assert len(await unit.rows(*known)) == 2
        again = insert_alike(store.kind, suppressions, NAMES, rows_of(FEW), conflict, returned)
        came = {row[0] for row in await unit.rows(*again)}
    assert came == {f"p{n}@acme.example" for n in range(2, FEW)}


async def test_two_batches_that_are_alike_go_together(store: Store):
    first = Write(*insert_alike(store.kind, suppressions, NAMES, rows_of(FEW, "by_hand")), FEW)
    others = [(f"x{address}", *more) for address, *more in rows_of(FEW, "opted_out")]
    second = Write(*insert_alike(store.kind, suppressions, NAMES, others), FEW)
    async with store.begin() as unit:
        await write(unit, [first, second])
        kept = await unit.rows(suppressions.select().order_by(suppressions.c.id))
    assert {(row.address, row.reason) for row in kept} == {
        *((address, "by_hand") for address, *_ in rows_of(FEW)),
        *((address, "opted_out") for address, *_ in others),
    }


async def test_a_naive_time_is_refused_whether_it_is_shared_or_not(store: Store):
    naive = [(address, reason, at.replace(tzinfo=None), who) for address, reason, at, who in rows_of(FEW)]
    for rows in (naive, naive[:1]):
        with pytest.raises(ValueError, match="no time zone"):
            insert_alike(store.kind, suppressions, NAMES, rows)
