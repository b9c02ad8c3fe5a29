"""A batch of rows in a table of its own for one unit: by COPY on PostgreSQL, by executemany on SQLite.

Statements that join a whole batch read it from there; nothing is faster (a third of the time of JSON)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from drip.store.engine import Unit


async def pour(unit: Unit, name: str, shape: str, rows: Sequence[Sequence[Any]]) -> None:
    """Put `rows` into the temporary table `name`, which holds nothing else in this unit.

    `shape` is a SELECT that gives its columns. Values are as the driver keeps them: on SQLite no
    times, dates or decimals, but their texts.
    """
    if unit.kind == "postgresql":
        await unit.run(text(f"CREATE TEMP TABLE IF NOT EXISTS {name} ON COMMIT DELETE ROWS AS {shape} WITH NO DATA"))
        await unit.run(text(f"DELETE FROM pg_temp.{name}"))
        await _copy(unit, name, rows)
    else:
        await unit.run(text(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS {shape} LIMIT 0"))
        await unit.run(text(f"DELETE FROM temp.{name}"))
        await _insert(unit, name, rows)


async def _copy(unit: Unit, name: str, rows: Sequence[Sequence[Any]]) -> None:
    import psycopg

    assert isinstance(unit.connection, AsyncConnection)
    driver: Any = (await unit.connection.get_raw_connection()).driver_connection
    statement = f"COPY pg_temp.{name} FROM STDIN"
    try:
        async with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                await copy.write_row(row)
    except psycopg.Error as error:
        lost = bool(driver.closed)
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
        ) from error


async def _insert(unit: Unit, name: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        statement = f"INSERT INTO temp.{name} VALUES ({places})"
        await unit.work(lambda connection: connection.exec_driver_sql(statement, [tuple(row) for row in rows]))
