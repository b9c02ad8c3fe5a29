"""A take costs what it takes: of the thousands of letters due when a window opens, it reads few."""

from collections.abc import AsyncIterator

import psycopg
import pytest_asyncio
from sqlalchemy import text

from drip.store import leases, sends
from drip.store.engine import Store, open_store
from drip.store.migrations import upgrade
from tests.store.scene import NOON, enroll
from tests.store.test_sends import new_send
from tests.store.test_sends_protocol import LEASE

DUE, LIMIT = 1500, 16
READ = text("SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_index WHERE indrelid = 'sends'::regclass")
LARGE = text("SET LOCAL enable_seqscan = off")  # as for a large table; one of this size would be read as a whole


@pytest_asyncio.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    """A store on PostgreSQL, which alone counts the rows it reads, in a database no other test has used.

    What others leave behind dead is read too, as long as some transaction might still want it.
    """
    await upgrade(postgres_url)
    opened = open_store(postgres_url)
    yield opened
    await opened.close()


async def test_a_take_reads_few_of_many_letters_due_at_one_moment(store: Store, postgres_url: str) -> None:
    scene, enrolled = await enroll(store, *(f"p{number}@example.com" for number in range(DUE)))
    async with store.begin() as unit:
        await sends.add(unit, [new_send(scene, one) for one in enrolled], NOON)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE sends")
    async with store.begin() as unit:
        await unit.run(LARGE)
        taken = await leases.take(unit, scene.mailbox_id, NOON, LEASE, LIMIT)
        read = int(await unit.value(READ))
    assert taken == sorted(taken) and len(taken) == LIMIT
    # In the order of the index each is found once, and met once by its id; for a sort all would have to be found.
    assert read <= 3 * LIMIT, f"{read} entries of indexes, for {LIMIT} of {DUE} letters"
