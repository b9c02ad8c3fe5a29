"""Units of work: all or nothing, repeated when they lose a race, and plain words when nothing answers."""

import asyncio
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from drip.store import business_time, facts, mailboxes, reps, tables
from drip.store.batch import insert_many, packed
from drip.store.engine import REPEATS, Store, Unit, open_store
from drip.store.facts import NewFact
from drip.store.failures import StoreBusyError, StoreUnreachableError, StoreUrlError, unreachable
from drip.store.prepared import Prepared
from tests.store.scene import HOUR, NOON, add_prospects


async def test_what_a_unit_wrote_is_there_after_it_and_nothing_of_one_that_raised(store: Store):
    async with store.begin() as unit:
        await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
    with pytest.raises(ZeroDivisionError):
        await fail(store)
    async with store.reading() as unit:
        assert [rep.name for rep in await reps.listing(unit)] == ["Kim Lee"]


async def fail(store: Store) -> None:
    """Write a rep, and fail before the unit ends."""
    async with store.begin() as unit:
        await reps.add(unit, reps.NewRep("Lou Poe", "lou@seller.example"), NOON)
        raise ZeroDivisionError


async def test_a_reader_does_not_see_what_is_not_committed(store: Store, other: Store):
    async with store.begin() as unit:
        await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
        async with other.reading() as reader:
            assert await reps.listing(reader) == []


async def test_a_durable_unit_keeps_what_it_wrote(store: Store):
    async with store.begin(durable=True) as unit:
        await facts.append(unit, [NewFact(NOON, "email", "service")])
    async with store.reading() as unit:
        assert [fact.what for fact in await facts.newest(unit)] == ["email"]


async def test_a_durable_unit_waits_for_the_disk_where_others_do_not(store: Store):
    """On PostgreSQL every unit waits as the server's administrator says."""
    setting = "PRAGMA synchronous" if store.kind == "sqlite" else "SHOW synchronous_commit"
    found = []
    for durable in (True, False):
        async with store.begin(durable=durable) as unit:
            found.append(await unit.value(text(setting)))
    assert found == [2, 1] if store.kind == "sqlite" else found[0] == found[1]


async def test_writing_units_of_one_store_take_turns_on_sqlite(store: Store):
    async def add_one(unit: Unit) -> None:
        moment = await business_time.read(unit) or NOON
        await business_time.move(unit, moment + HOUR)

    await store.unit(add_one)
    await asyncio.gather(*(store.unit(add_one) for _ in range(20)))
    async with store.reading() as unit:
        end = await business_time.read(unit)
    assert end is not None
    assert store.kind == "postgresql" or end == NOON + 21 * HOUR


async def test_a_deadlock_repeats_the_whole_unit_of_the_one_who_lost(store: Store, other: Store):
    async with store.begin() as unit:
        ids = [await mailboxes.add(unit, box(name), NOON) for name in ("one", "two")]
    tries = []
    both = asyncio.Barrier(2)

    async def pause_in_order(unit: Unit, first: int, second: int, name: str) -> None:
        tries.append(name)
        await mailboxes.pause(unit, first, name, NOON)
        if store.kind == "postgresql" and len(tries) <= 2:
            await both.wait()
        await mailboxes.pause(unit, second, name, NOON)

    await asyncio.gather(
        store.unit(lambda unit: pause_in_order(unit, ids[0], ids[1], "a")),
        other.unit(lambda unit: pause_in_order(unit, ids[1], ids[0], "b")),
    )
    async with store.reading() as unit:
        reasons = {mailbox.paused_reason for mailbox in await mailboxes.listing(unit)}
    assert len(reasons) == 1
    assert len(tries) == (3 if store.kind == "postgresql" else 2)


def box(name: str) -> mailboxes.NewMailbox:
    """A mailbox on loopback."""
    return mailboxes.NewMailbox(name, f"{name}@seller.example", "127.0.0.1", 2525, "none")


async def test_a_unit_that_always_loses_says_so_in_the_end(postgres_url: str):
    store, tries = open_store(postgres_url), []

    async def lose(unit: Unit) -> None:
        tries.append(1)
        await unit.run(text("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(StoreBusyError, match="transaction open"):
        await store.unit(lose)
    assert len(tries) == REPEATS
    await store.close()


async def test_a_row_the_database_refuses_is_no_race_and_is_not_repeated(store: Store):
    tries = []

    async def twice(unit: Unit) -> None:
        tries.append(1)
        for _ in range(2):
            await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)

    with pytest.raises(IntegrityError):
        await store.unit(twice)
    assert len(tries) == 1


async def test_a_cancelled_unit_leaves_nothing_behind_and_the_store_works_on(store: Store):
    started = asyncio.Event()

    async def hang() -> None:
        async with store.begin() as unit:
            await reps.add(unit, reps.NewRep("Kim Lee", "kim@seller.example"), NOON)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(hang())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with store.begin() as unit:
        assert await reps.listing(unit) == []
        await add_prospects(unit, "ann@example.com")


async def test_a_unit_that_is_cancelled_when_its_connection_ends_is_cancelled_all_the_same(postgres_url: str):
    store, asking = open_store(postgres_url), asyncio.Event()

    async def hang() -> None:
        async with store.begin() as unit:
            session = await unit.value(select(func.pg_backend_pid()))
            try:
                asking.set()
                await asyncio.Event().wait()
            finally:
                async with store.glance() as other:
                    await other.value(select(func.pg_terminate_backend(session, 5000)))

    task = asyncio.ensure_future(hang())
    await asking.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()  # who is told to go goes, whatever the server says of it
    await store.close()


WRONG = {
    "drip.db": "cannot be read",
    "mysql://u:secret@host/drip": '"mysql" is no database',
    "sqlite://": "in memory",
    "sqlite+aiosqlite:///:memory:": "in memory",
    "postgresql://u:secret@host:5432": "names no database",
    "postgresql://u:secret@host:port/drip": "cannot be read",
    "postgresql://u:secret@host:65536/drip": "cannot be read",
    "postgresql://u:the@secret@host/drip": "%40",
}


@pytest.mark.parametrize(("url", "said"), WRONG.items())
def test_a_wrong_database_url_says_what_to_write_instead(url: str, said: str):
    with pytest.raises(StoreUrlError) as caught:
        open_store(url)
    message = str(caught.value)
    assert said in message
    assert "postgresql+psycopg://user:password@host:5432/database" in message
    assert "secret" not in message


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    store = open_store(f"sqlite:///{tmp_path}/nowhere/drip.db")
    with pytest.raises(StoreUnreachableError, match=r"nowhere/drip\.db cannot be reached.*folder exists"):
        await begin_nothing(store)
    await store.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    (tmp_path / "drip.db").write_bytes(b"This is a letter to Ann, and no database at all. " * 100)
    store = open_store(f"sqlite:///{tmp_path}/drip.db")
    with pytest.raises(StoreUnreachableError, match="not a database"):
        await begin_nothing(store)
    await store.close()


async def test_a_server_that_does_not_answer_is_named_without_its_password():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    store = open_store(f"postgresql://kim:se-cret@127.0.0.1:{port}/drip")
    with pytest.raises(StoreUnreachableError) as caught:
        await begin_nothing(store)
    assert f"127.0.0.1:{port}/drip" in str(caught.value)
    assert "se-cret" not in str(caught.value)
    await store.close()


def test_a_password_that_a_driver_repeats_is_taken_out():
    url = make_url("postgresql+psycopg://kim:se-cret@db.example/drip")
    message = str(unreachable(url, OSError("kim:se-cret was refused")))
    assert "kim:*** was refused" in message
    assert "se-cret" not in message


async def test_a_unit_waits_for_another_process_that_writes_and_others_go_on(migrated_file: Path, tmp_path: Path):
    shutil.copy(migrated_file, tmp_path / "drip.db")
    store = open_store(f"sqlite:///{tmp_path}/drip.db")
    with closing(sqlite3.connect(tmp_path / "drip.db", isolation_level=None)) as process:
        process.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(begin_nothing(store))
        async with store.reading() as unit:
            assert await reps.listing(unit) == []
        assert not waiting.done()
        process.execute("COMMIT")
        await waiting
    await store.close()


async def begin_nothing(store: Store) -> None:
    """A unit that does nothing but begin."""
    async with store.begin() as unit:
        await unit.run(text("SELECT 1"))


async def test_an_error_of_the_database_names_no_address(store: Store):
    with pytest.raises(DBAPIError) as caught:
        async with store.begin() as unit:
            await unit.run(text("SELECT missing FROM nowhere WHERE email = :email"), {"email": "ann@example.com"})
    assert "ann@example.com" not in str(caught.value)


async def test_who_stands_still_in_a_unit_loses_its_locks_in_the_end(store: Store):
    if store.kind == "sqlite":
        return  # one process alone
    async with store.reading() as unit:
        assert await unit.value(text("SHOW idle_in_transaction_session_timeout")) == "30s"


@pytest.mark.parametrize("unit_of", [Store.begin, Store.glance])
async def test_one_dead_connection_is_enough_to_let_go_of_those_that_died_with_it(
    migrated_database: str, unit_of: Callable[[Store], AbstractAsyncContextManager[Unit]]
):
    store, other, asked = open_store(migrated_database), open_store(migrated_database), Prepared(select(func.version()))
    async with AsyncExitStack() as stack:
        units = [await stack.enter_async_context(store.begin()) for _ in range(3)]
        backends = [await unit.value(text("SELECT pg_backend_pid()")) for unit in units]
    async with other.begin() as unit:
        for backend in backends:
            await unit.run(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": backend})
    with pytest.raises(StoreUnreachableError):
        async with unit_of(store) as unit:
            await unit.value(asked)
    for _ in backends:
        async with unit_of(store) as unit:
            assert await unit.value(asked)
    await store.close()
    await other.close()


async def test_single_statements_let_go_of_dead_connections_too(migrated_database: str):
    store, backend = open_store(migrated_database), Prepared(select(func.pg_backend_pid()))
    backends = await asyncio.gather(*(store.statement(lambda unit: unit.value(backend)) for _ in range(3)))
    assert len(set(backends)) == 3
    async with store.begin() as unit:
        for one in backends:
            await unit.run(text("SELECT pg_terminate_backend(:backend, 5000)"), {"backend": one})
    with pytest.raises(StoreUnreachableError):
        await store.statement(lambda unit: unit.value(backend))
    again = await store.statement(lambda unit: unit.value(backend))
    assert again not in backends
    assert await store.statement(lambda unit: unit.value(backend)) == again  # it is used again and again
    await store.close()


async def test_a_single_statement_that_the_database_refuses_is_told_and_leaves_nothing(store: Store):
    into = insert_many(store.kind, tables.reps, ("name", "email", "created_at"))
    twice = packed({"name": name, "email": "kim@seller.example", "created_at": NOON} for name in ("Kim", "Lou"))
    with pytest.raises(IntegrityError):
        await store.statement(lambda unit: unit.moved(into, twice))
    async with store.glance() as unit:
        assert await reps.listing(unit) == []


async def test_postgresql_can_say_which_process_a_session_belongs_to(migrated_database: str):
    store, name = open_store(migrated_database), Prepared(select(func.current_setting("application_name")))
    async with store.begin() as unit:
        assert await unit.value(name) == f"drip {os.getpid()}"
    assert await store.statement(lambda unit: unit.value(name)) == f"drip {os.getpid()}"
    await store.close()


def test_a_password_that_ends_as_a_sentence_does_is_never_repeated():
    url = make_url("postgresql+psycopg://kim:se-cret%3F@127.0.0.1/drip")
    assert "se-cret" not in str(unreachable(url, OSError("no such user with se-cret?")))
