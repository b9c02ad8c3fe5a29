"""What facts and attempts mention is there: SQLite asks when they are written, PostgreSQL when something is deleted."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from drip.store import enrollments, facts, landings, reps, sends
from drip.store.engine import Store, Unit, open_store
from drip.store.facts import NewFact
from drip.store.landings import Attempt
from tests.store.scene import NOON, add_prospects, new_enrollment, set_scene
from tests.store.test_sends import new_send

TABLES = {"prospects": "prospect_id", "enrollments": "enrollment_id", "sends": "send_id", "reps": "rep_id"}


@pytest.mark.parametrize(("by", "table"), [*(("facts", table) for table in TABLES), ("attempts", "sends")])
async def test_r38_the_database_refuses_to_delete_what_is_mentioned(store: Store, by: str, table: str):
    """Of two rows nothing else refers to one is mentioned: only the other one can be deleted."""
    async with store.begin() as unit:
        kept, free = await two_rows(unit, table)
        await mention(unit, by, table, kept)
    with pytest.raises(IntegrityError):
        await delete(store, table, kept)
    await delete(store, table, free)
    async with store.reading() as unit:
        assert [row[0] for row in await unit.rows(text(f"SELECT id FROM {table}"))] == [kept]


@pytest.mark.parametrize(("by", "table"), [*(("facts", table) for table in TABLES), ("attempts", "sends")])
async def test_sqlite_refuses_what_mentions_nothing(migrated_file: Path, tmp_path: Path, by: str, table: str):
    """PostgreSQL does not ask; that our code never writes such a line is seen on SQLite, where all tests run too."""
    store = open_store(f"sqlite+aiosqlite:///{shutil.copy(migrated_file, tmp_path / 'own.sqlite3')}")
    with pytest.raises(IntegrityError):
        async with store.begin() as unit:
            await mention(unit, by, table, 1)
    await store.close()


async def mention(unit: Unit, by: str, table: str, row_id: int) -> None:
    """A fact about a row of `table`, or an attempt of a send."""
    if by == "attempts":
        tried = Attempt(row_id, 1, "token", "deferred", "connect", None, None, "", NOON, NOON)
        await landings.record(unit, [tried])
    else:
        await facts.append(unit, [NewFact(NOON, "email", "service")._replace(**{TABLES[table]: row_id})])


async def two_rows(unit: Unit, table: str) -> list[int]:
    """The ids of two rows of that table to which nothing refers."""
    if table == "reps":
        return [await reps.add(unit, reps.NewRep("Kim Lee", f"{name}@seller.example"), NOON) for name in ("kim", "lou")]
    people = await add_prospects(unit, "ann@example.com", "bob@example.com")
    if table == "prospects":
        return people
    scene = await set_scene(unit)
    files = await enrollments.add(unit, [new_enrollment(scene, one, f"p{one}@example.com") for one in people])
    if table == "enrollments":
        return list(files.values())
    return list((await sends.add(unit, [new_send(scene, one) for one in files.values()], NOON)).values())


async def delete(store: Store, table: str, row_id: int) -> None:
    """As somebody would by hand."""
    async with store.begin() as unit:
        await unit.run(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row_id})
