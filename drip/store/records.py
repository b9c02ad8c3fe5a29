"""Rows of one table, added from frozen records and read back as others."""

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Table, bindparam, insert, select

from drip.store.batch import columns_of
from drip.store.engine import Unit
from drip.store.prepared import Prepared

R = TypeVar("R")


async def add_one(unit: Unit, table: Table, new: Any, **further: Any) -> int:
    """Insert one row from a record whose fields are columns, and `further` columns; its id."""
    values = {one.name: getattr(new, one.name) for one in fields(new)} | further
    given = {f"new_{name}": value for name, value in values.items()}
    added: int = await unit.value(_insert(table, tuple(values)), given)
    return added


async def read_one(unit: Unit, table: Table, record: type[R], *where: ColumnElement[bool]) -> R | None:
    """The first row that fits, as a `record` whose fields are columns; None without one."""
    row = await unit.row(select(*columns_of(record, table)).where(*where).limit(1))
    return None if row is None else record(*row)


async def read_all(
    unit: Unit,
    table: Table,
    record: type[R],
    *where: ColumnElement[bool],
    order: Sequence[Any],
    limit: int | None = None,
) -> list[R]:
    """The rows that fit, as `record`s, in that order; all of them, unless there is a limit."""
    rows = await unit.rows(select(*columns_of(record, table)).where(*where).order_by(*order).limit(limit))
    return [record(*row) for row in rows]


@lru_cache
def _insert(table: Table, names: tuple[str, ...]) -> Prepared:
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return Prepared(insert(table).values(values).returning(table.c.id))
