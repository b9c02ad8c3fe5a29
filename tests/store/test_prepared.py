"""Statements built once, and writes that travel together: the same on both databases, and strict on both."""

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from drip.domain.errors import MovedError
from drip.store import facts, reps
from drip.store.batch import insert_many, packed, update_many
from drip.store.engine import Store
from drip.store.prepared import Prepared
from drip.store.tables import facts as facts_table
from drip.store.tables import reps as table
from drip.store.writes import Write, write
from tests.store.scene import NOON

NAMED = Prepared(select(table.c.id, table.c.name, table.c.created_at).where(table.c.email == bindparam("email")))
NEW = ("name", "email", "created_at")


def given(*names: str) -> dict[str, str]:
    """A batch of reps."""
    return packed({"name": name, "email": f"{name.lower()}@seller.example", "created_at": NOON} for name in names)


async def test_a_prepared_statement_gives_values_as_they_were_put_in(store: Store):
    async with store.begin() as unit:
        ident = await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
        row = await unit.row(NAMED, {"email": "kim@seller.example"})
        assert row is not None
        assert tuple(row) == (ident, "Kim Lee", NOON)
        assert (row.name, row._mapping["created_at"]) == ("Kim Lee", NOON)
        assert await unit.row(NAMED, {"email": "lou@seller.example"}) is None


async def test_rows_without_names_are_plain_tuples_of_the_same_values(store: Store):
    async with store.begin() as unit:
        await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
        asked = {"email": "kim@seller.example"}
        plain = await unit.rows(Prepared(NAMED.statement, named=False), asked)
        assert [type(row) for row in plain] == [tuple]
        assert plain == [tuple(row) for row in await unit.rows(NAMED, asked)]


async def test_json_reads_the_same_by_the_driver_alone_as_by_sqlalchemy(store: Store):
    told = [{}, {"days": []}, {"word": "Zwölf \u20ac", "more": [1, None, {"yes": True, "share": 0.5}]}]
    asked = select(facts_table.c.data).order_by(facts_table.c.id)
    async with store.begin() as unit:
        await facts.append(unit, [facts.NewFact(NOON, "stopped", "service", data=one) for one in told])
        assert [row.data for row in await unit.rows(Prepared(asked))] == told
        assert [row.data for row in await unit.rows(asked)] == told


async def test_a_parameter_that_is_left_out_is_an_error_and_not_null(store: Store):
    with pytest.raises((KeyError, SQLAlchemyError)):
        async with store.begin() as unit:
            await unit.rows(NAMED, {"mail": "kim@seller.example"})


async def test_what_the_database_refuses_is_told_as_by_any_statement(store: Store):
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await unit.moved(insert_many(unit.kind, table, NEW), given("Kim", "Kim"))
    async with store.glance() as unit:
        assert await reps.listing(unit) == []


async def test_writes_together_are_all_done(store: Store):
    async with store.begin() as unit:
        into = insert_many(unit.kind, table, NEW)
        await write(unit, [Write(into, given("Kim"), 1), Write(into, given("Lou", "Sam"), 2)])
    async with store.glance() as unit:
        assert {rep.name for rep in await reps.listing(unit)} == {"Kim", "Lou", "Sam"}


@pytest.mark.parametrize("beside", [False, True])
async def test_a_row_that_is_gone_is_told_and_nothing_is_written(store: Store, beside: bool):
    with pytest.raises(MovedError, match="Of 1 reps 0 could be written"):
        await rename_nobody(store, beside)
    async with store.glance() as unit:
        assert await reps.listing(unit) == []


async def rename_nobody(store: Store, beside: bool) -> None:
    """Rename a rep who is not there, alone or beside a new one."""
    async with store.begin() as unit:
        kim = Write(insert_many(unit.kind, table, NEW), given("Kim"))
        gone = Write(update_many(unit.kind, table, ("name",)), packed([{"id": 17, "name": "Nobody"}]), 1, "reps")
        await write(unit, [kim, gone] if beside else [gone])
