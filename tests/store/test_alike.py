"""Inserts of rows that are much alike: what they share travels once, and what is kept is the same."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Text

from drip.store import facts
from drip.store.alike import FEW, SHARED, insert_alike, many_alike, packed_alike
from drip.store.columns import Json, UtcTime
from drip.store.engine import Store, open_store
from drip.store.facts import NewFact
from drip.store.prepared import Prepared
from drip.store.tables import suppressions
from drip.store.writes import Write, write
from tests.servers.postgres import Postgres
from tests.store.scene import NOON, enroll

NAMES = ("address", "reason", "at", "who")
KINDS: dict[str, Any] = {"id": BigInteger(), "words": Text(), "at": UtcTime(), "data": Json}
FLAT, DEEP = (Prepared(many_alike("given", "rows", KINDS, deep=deep)) for deep in (False, True))
WORDS = st.none() | st.sampled_from(["", "a", 'a "quoted" word, née', "null", "\\"])
TIMES = st.none() | st.sampled_from([NOON, NOON + timedelta(days=1)])
DATA = st.none() | st.sampled_from([{}, {"n": 1}, {"n": 1, "to": ["a", "b"]}, ["a"]])
ROWS = st.lists(st.tuples(st.none() | st.integers(1, 3), WORDS, TIMES, DATA), max_size=5)


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


@given(st.lists(st.tuples(ROWS, st.booleans(), st.sets(st.sampled_from(sorted(KINDS)))), max_size=20))
@settings(max_examples=20)
def test_rows_are_read_as_they_were_whatever_they_have_in_common(postgres: Postgres, tries: Any):
    async def read() -> None:
        store = open_store(postgres.url("postgres"))
        try:
            async with store.begin() as unit:
                for rows, deep, own in tries:
                    found = await unit.rows(DEEP if deep else FLAT, packed_alike(tuple(KINDS), rows, "rows", own))
                    assert [tuple(one) for one in found] == rows
        finally:
            await store.close()

    asyncio.run(read())


def test_what_a_batch_has_in_common_travels_once():
    rows = [(number, "the same", NOON, None) for number in range(3)]
    told = packed_alike(tuple(KINDS), rows, "rows")
    assert json.loads(told["rows"]) == [{"id": 0}, {"id": 1}, {"id": 2}]
    [shared] = json.loads(told["rows_shared"])
    assert (shared["words"], shared["data"]) == ("the same", None)


def test_a_naive_time_is_refused_wherever_it_stands():
    naive = NOON.replace(tzinfo=None)
    for rows in ([(1, "a", naive, None)], [(1, "a", naive, None), (2, "a", NOON, None)]):
        with pytest.raises(ValueError, match="no time zone"):
            packed_alike(tuple(KINDS), rows, "rows")
