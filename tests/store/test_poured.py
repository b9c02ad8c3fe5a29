"""A batch of rows stands in a table of its own for one unit, whole and alone."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from drip.store.engine import Store, Unit, open_store
from drip.store.failures import StoreUnreachableError
from drip.store.poured import pour

SHAPE = "SELECT email, first_name, owner_rep_id FROM prospects"


async def poured(unit: Unit) -> list[tuple[object, ...]]:
    """What is in the table now."""
    return [tuple(row) for row in await unit.rows(text("SELECT * FROM poured_here ORDER BY email"))]


async def test_what_is_poured_takes_the_place_of_what_was(store: Store):
    async with store.begin() as unit:
        await pour(unit, "poured_here", SHAPE, [("a@b.example", "Ann\t\\N", None), ("c@d.example", "", 7)])
        assert await poured(unit) == [("a@b.example", "Ann\t\\N", None), ("c@d.example", "", 7)]
        await pour(unit, "poured_here", SHAPE, [("e@f.example", "Eve", 1)])
        assert await poured(unit) == [("e@f.example", "Eve", 1)]
    async with store.begin() as unit:
        await pour(unit, "poured_here", SHAPE, [])
        assert await poured(unit) == []


class Cutting(list[tuple[object, ...]]):
    """Rows whose reading ends their writer's connection."""

    def __init__(self, url: str, backend: int) -> None:
        super().__init__([("a@b.example", "", None)])
        self._url, self._backend = url.replace("+psycopg", ""), backend

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        with psycopg.connect(self._url, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [self._backend])
        yield from super().__iter__()


async def test_a_connection_that_is_lost_while_pouring_is_said_so(migrated_database: str):
    async def cut(unit: Unit) -> None:
        backend = await unit.value(text("SELECT pg_backend_pid()"))
        await pour(unit, "poured_here", SHAPE, Cutting(migrated_database, backend))

    async def whole(unit: Unit) -> list[tuple[object, ...]]:
        await pour(unit, "poured_here", SHAPE, [("a@b.example", "", None)])
        return await poured(unit)

    store = open_store(migrated_database)
    with pytest.raises(StoreUnreachableError):
        await store.unit(cut)
    assert await store.unit(whole) == [("a@b.example", "", None)]
    await store.close()
