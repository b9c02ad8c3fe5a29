"""Inserts of many rows that are much alike: what all of them say travels once, and is read once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from drip.store.batch import ROWS, insert_many, inserting, packed, source
from drip.store.engine import Kind
from drip.store.prepared import Prepared

FEW = 16  # rows; among fewer nothing is looked for, so that their statement is always the same
SHARED = f"{ROWS}_shared"  # the parameter with what all rows say


def insert_alike(
    kind: Kind,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    conflict: str = "",
    returning: tuple[str, ...] = (),
) -> tuple[Prepared, dict[str, str]]:
    """As `insert_many`, for rows of values in the order of `names`: the statement and its parameters.

    Raises ValueError for a naive time.
    """
    told = _told_by_each(names, rows) if len(rows) >= FEW else names
    if told == names:
        statement = insert_many(kind, table, names, conflict, returning)
        return statement, packed(dict(zip(names, row, strict=True)) for row in rows)
    at = [names.index(name) for name in told]
    shared = {name: value for name, value in zip(names, rows[0], strict=True) if name not in told}
    own = packed({name: row[place] for name, place in zip(told, at, strict=True)} for row in rows)
    return _inserting(kind, table, (names, told), conflict, returning), own | {SHARED: packed([shared])[ROWS]}


def _told_by_each(names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """The columns that are not the same in all rows; at least one, since it says how many rows there are."""
    columns = zip(names, zip(*rows, strict=True), strict=True)
    told = tuple(name for name, column in columns if column.count(column[0]) != len(column))
    return told or names[:1]


@lru_cache(maxsize=256)
def _inserting(
    kind: Kind, table: Table, columns: tuple[tuple[str, ...], ...], conflict: str, returning: tuple[str, ...]
) -> Prepared:
    names, told = columns
    listed = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(f'{"v" if name in told else "s"}."{name}"' for name in names)
    shared = source(kind, table, tuple(name for name in names if name not in told), "s", SHARED)
    rows = source(kind, table, told)
    statement = f"INSERT INTO {table.name} ({listed}) SELECT {values} FROM {shared} CROSS JOIN {rows} WHERE true"
    return inserting(statement, table, conflict, returning)
