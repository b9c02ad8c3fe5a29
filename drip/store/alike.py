"""Many rows that are much alike: what all of them say travels once, and is read once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

from sqlalchemy import Select, Table, func, literal_column, select, true
from sqlalchemy.types import TypeEngine

from drip.store.batch import ROWS, insert_many, inserting, packed, packed_for_postgresql, source
from drip.store.engine import Kind
from drip.store.many import many, many_deep
from drip.store.prepared import Prepared

FEW = 16  # rows; among fewer nothing is looked for, so that their statement is always the same
_SHARED = "_shared"  # ends the name of the parameter with what all rows say
SHARED = ROWS + _SHARED


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


def packed_alike(
    names: Sequence[str], rows: Iterable[Sequence[Any]], parameter: str, own: Collection[str] = ()
) -> dict[str, str]:
    """The parameters of `many_alike` for rows of values in the order of `names`; those called `own` differ so surely
    that they are not compared. As for `packed_for_postgresql`, no JSON inside may hold a time.

    Raises ValueError for a naive time.
    """
    listed = list(rows)
    columns = zip(names, zip(*listed, strict=True), strict=False)  # without rows there are none
    differ = [name in own or column.count(column[0]) != len(column) for name, column in columns]
    told, alike = list(compress(names, differ)), [not one for one in differ]
    each = (dict(zip(told, compress(row, differ), strict=True)) for row in listed)
    shared = (dict(zip(compress(names, alike), compress(row, alike), strict=True)) for row in listed[:1])
    return packed_for_postgresql(each, parameter) | packed_for_postgresql(shared, parameter + _SHARED)


def many_alike(name: str, parameter: str, columns: Mapping[str, TypeEngine[Any]], *, deep: bool = False) -> Select[Any]:
    """The rows of `packed_alike` as a query for PostgreSQL; its statement is the same whatever they have in common.
    `deep` is for rows that are mostly JSON, see `many_deep`."""
    each = (many_deep if deep else many)("postgresql", name, parameter, **columns)
    # PostgreSQL expects a hundred rows of any JSON; of so many pairs no plan would seem good to it for all parameters.
    one_row = select(many("postgresql", name + _SHARED, parameter + _SHARED, **columns)).limit(literal_column("1"))
    shared = one_row.subquery(name + _SHARED)
    values = (func.coalesce(each.c[one], shared.c[one], type_=kind).label(one) for one, kind in columns.items())
    return select(*values).select_from(each.join(shared, true()))


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
