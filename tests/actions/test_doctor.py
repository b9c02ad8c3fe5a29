"""The doctor finds what must not be, and has nothing to say of a healthy database."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy.engine import make_url

from drip.actions.doctor import doctor
from drip.actions.opt_out import opt_out
from drip.store import enrollments
from drip.store.tables import enrollments as files
from drip.store.tables import sends, suppressions
from tests.actions.desk import DAY, MONDAY, PROSPECT, Desk, of


async def test_a_healthy_database_has_nothing_to_tell(desk: Desk):
    one, two = await desk.enroll(), await desk.enroll("bob@other.example")
    await desk.due(one, at=MONDAY + DAY)
    await opt_out(desk.store, of(two), PROSPECT, MONDAY)
    assert await doctor(desk.store, MONDAY) == []


@pytest.mark.parametrize("code", ["adrift", "twice_waiting", "letter_of_closed_file", "opted_out_unsuppressed", "late"])
async def test_what_must_not_be_is_found(desk: Desk, code: str):
    one = await desk.enroll()
    letter = await desk.due(one, at=MONDAY + DAY)
    async with desk.store.begin() as unit:
        if code == "adrift":
            withdrawn = {"state": "withdrawn", "withdrawn_reason": "x", "settled_at": MONDAY}
            await unit.run(sends.update().where(sends.c.id == letter).values(withdrawn))
        elif code == "twice_waiting":
            await enrollments.set_next(unit, {one: MONDAY})
        elif code == "letter_of_closed_file":
            closed = {"state": "closed", "closed_reason": "silence", "closed_at": MONDAY}
            await unit.run(files.update().where(files.c.id == one).values(closed))
    if code == "opted_out_unsuppressed":
        await opt_out(desk.store, of(one), PROSPECT, MONDAY)
        async with desk.store.begin() as unit:
            lifted = {"lifted_at": MONDAY, "lifted_by": "x", "lifted_reason": "x"}
            await unit.run(suppressions.update().values(lifted))
    if code == "late":
        await desk.enroll("bob@other.example")
    found = await doctor(desk.store, MONDAY + timedelta(days=2 if code == "late" else 0))
    assert code in [one.code for one in found]


async def test_lines_about_rows_that_are_not_there_are_found(desk: Desk, migrated_url: str):
    by_hand(migrated_url, f"INSERT INTO facts (at, what, who, send_id) VALUES ('{MONDAY}', 'email', 'service', 77)")
    tried = "(send_id, number, lease_token, began_at)"
    by_hand(migrated_url, f"INSERT INTO attempts {tried} VALUES (77, 1, 'token', '{MONDAY}')")
    found = {one.code: one.ids for one in await doctor(desk.store, MONDAY)}
    assert found == {"told_of_nothing": (1,), "tried_nothing": (1,)}


def by_hand(url: str, statement: str) -> None:
    """As somebody would who has the database's own console, where nothing asks for foreign keys on SQLite."""
    known = make_url(url)
    if known.drivername.startswith("sqlite"):
        with closing(sqlite3.connect(known.database or "")) as file:
            file.execute(statement)
            file.commit()
    else:
        with psycopg.connect(known.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
            connection.execute(statement)
