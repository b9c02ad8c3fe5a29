"""A database is brought to the newest schema, once, and it is the schema the tables describe."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from drip.store import facts, migrations
from drip.store.engine import Store, open_store
from drip.store.facts import NewFact
from drip.store.failures import StoreSchemaError
from drip.store.tables import METADATA
from tests.servers.postgres import Postgres
from tests.store.played import play
from tests.store.scene import NOON, enroll
from tests.store.schema import Rows, Schema, columns, rows, schema

NEWEST = int(migrations.newest())
MIGRATIONS = ScriptDirectory(str(Path(migrations.__file__).parent))


async def test_an_empty_database_is_brought_to_the_newest_schema_and_a_second_time_nothing_happens(database_url: str):
    assert await migrations.upgrade(database_url) == (None, migrations.newest())
    assert await migrations.upgrade(database_url) == (migrations.newest(), migrations.newest())
    store = open_store(database_url)
    await migrations.demand_newest(store)
    assert await migrations.revision(store) == migrations.newest()
    await store.close()


async def test_two_processes_may_upgrade_at_once(database_url: str):
    found = await asyncio.gather(migrations.upgrade(database_url), migrations.upgrade(database_url))
    assert sorted(before or "" for before, _ in found) == ["", migrations.newest()]


async def test_a_database_without_our_tables_asks_for_an_upgrade(database_url: str):
    store = open_store(database_url)
    with pytest.raises(StoreSchemaError, match="drip db upgrade"):
        await migrations.demand_newest(store)
    await store.close()


async def test_a_database_of_a_newer_drip_is_left_alone(migrated_url: str, store: Store):
    async with store.begin() as unit:
        await unit.run(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreSchemaError, match="newer drip"):
        await migrations.upgrade(migrated_url)


async def test_each_migration_goes_back_and_up_again_with_all_that_both_schemas_hold(database_url: str):
    """Each can be taken back, as far as an empty database: at every step the schema is the one there was on the way
    up, and rows stay as they are in the tables and columns that are left; what a migration made goes with it. From
    the newest they go back three times: to all tables of a letter's way, to people alone, and to nothing."""
    await migrations.upgrade(database_url)
    store = open_store(database_url)
    fresh = await walk(store, 0, 0)
    await walk(store, NEWEST, 0)
    assert {line[1] for line in await walk(store, 0, 0)} <= {"alembic_version", "alembic_version_pkc"}, (
        "all is taken back"
    )
    made = [await walk(store, 0, 0), *[await walk(store, number, number + 1) for number in range(NEWEST)]]
    assert made[NEWEST] == fresh
    await play(store)
    assert sum(map(bool, (await kept(store, fresh)).values())) > 18, "tables with rows"
    for first, last in ((NEWEST, 8), (8, 1), (1, 0)):
        before = await kept(store, fresh)
        await walk(store, NEWEST, first)
        for number in range(first - 1, last - 1, -1):
            assert await walk(store, number + 1, number) == made[number], f"the schema on the way down to {number}"
            assert await kept(store, made[number]) == left(before, made[number]), f"the rows at {number}"
        assert await walk(store, last, NEWEST) == fresh, f"the schema when up again from {last}"
        assert left(await kept(store, fresh), made[last]) == left(before, made[last]), f"the rows up from {last}"
    await store.close()


async def walk(store: Store, start: int, end: int) -> Schema:
    """Take migrations back, or do them, from one number to another; the schema there is then."""

    def go(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"target_metadata": METADATA})
        with Operations.context(context):
            for number in range(start, end, -1):
                MIGRATIONS.get_revision(f"{number:04}").module.downgrade()
            for number in range(start + 1, end + 1):
                MIGRATIONS.get_revision(f"{number:04}").module.upgrade()

    async with store.begin() as unit:
        await unit.work(go)
        return await unit.work(schema)


async def kept(store: Store, of: Schema) -> Rows:
    """All rows, as far as that schema holds them."""
    async with store.reading() as unit:
        return await unit.work(lambda connection: rows(connection, of))


def left(before: Rows, of: Schema) -> Rows:
    """What that schema holds of rows there were."""
    return {
        table: sorted(({name: row[name] for name in names} for row in before[table]), key=repr)
        for table, names in columns(of).items()
    }


async def test_the_migrations_and_the_tables_agree(store: Store):
    async with store.begin() as unit:
        assert await unit.work(differences) == []


def differences(connection: Connection) -> list[object]:
    """What Alembic would change to make the database what the tables describe."""
    dialect = connection.dialect.name
    compared = dialect == "postgresql"  # SQLite does not know an identity, nor its default

    def is_ours(item: Any, *_: object) -> bool:
        """Not what is made on the other kind of database alone; Alembic does not look."""
        only = getattr(item, "_ddl_if", None)
        return only is None or only.dialect == dialect

    opts = {"compare_type": True, "compare_server_default": compared, "include_object": is_ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=opts), METADATA))


async def test_the_migrations_and_the_tables_agree_on_every_check_and_partial_index(
    store: Store, tmp_path: Path, request: pytest.FixtureRequest
):
    """Alembic compares neither, so two databases are compared: one migrated, one made from the tables."""
    if store.kind == "sqlite":
        plain = open_store(f"sqlite:///{tmp_path}/plain.db")
    else:
        cluster: Postgres = request.getfixturevalue("postgres")
        plain = open_store(cluster.url(cluster.create()))
    async with plain.begin() as unit:
        await unit.work(METADATA.create_all)
        described = await unit.work(checks_and_indexes)
    await plain.close()
    async with store.begin() as unit:
        migrated = await unit.work(checks_and_indexes)
    assert migrated == described
    assert len(described) > 60


def checks_and_indexes(connection: Connection) -> Sequence[tuple[str, str, str]]:
    """Every CHECK and index there is: table, name, and its text."""
    look = inspect(connection)
    found = []
    for table in METADATA.tables:
        found += [(table, str(one["name"]), str(one["sqltext"])) for one in look.get_check_constraints(table)]
        for index in look.get_indexes(table):
            where = {key: str(value) for key, value in index.get("dialect_options", {}).items() if "where" in key}
            found.append((table, str(index["name"]), f"{index['column_names']} {index['unique']} {where}"))
    return sorted(found)


@pytest.mark.parametrize("change", ["UPDATE facts SET reason = 'other'", "DELETE FROM facts"])
async def test_r38_the_database_refuses_to_change_a_fact(store: Store, change: str):
    async with store.begin() as unit:
        await facts.append(unit, [NewFact(NOON, "email", "service")])
    with pytest.raises((IntegrityError, DatabaseError), match="rows of facts are never changed"):
        await run(store, change)
    async with store.reading() as unit:
        assert [(fact.what, fact.reason) for fact in await facts.newest(unit)] == [("email", None)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE campaign_versions SET source = ''",
        "UPDATE version_letters SET subject = ''",
        "DELETE FROM version_letters",
    ],
)
async def test_r13_the_database_refuses_to_change_a_published_version(store: Store, change: str):
    await enroll(store, "ann@example.com")
    with pytest.raises((IntegrityError, DatabaseError), match="are never changed"):
        await run(store, change)


async def run(store: Store, statement: str) -> None:
    """One statement as a unit of its own."""
    async with store.begin() as unit:
        await unit.run(text(statement))
