"""Many rows of values as one table inside a statement, so that a batch is one guarded write."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    FromClause,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from drip.store.batch import ROWS, packed
from drip.store.engine import Kind


def many(kind: Kind, name: str, parameter: str = ROWS, **columns: TypeEngine[Any]) -> FromClause:
    """The batch in a parameter as a table called `name` with these columns.

    A missing value is NULL. json_each on SQLite, json_to_recordset on PostgreSQL. The statement
    built with it is the same for every batch, so build it once.
    """
    given = bindparam(parameter, type_=Text())
    if kind == "postgresql":
        return _recordset(func.json_to_recordset(cast(given, JSON)), name, columns)
    each = func.json_each(given).table_valued("value", name=f"{name}_each")
    picked = (_picked(each.c.value, one, kept).label(one) for one, kept in columns.items())
    return select(*picked).select_from(each).subquery(name)


def many_deep(kind: Kind, name: str, parameter: str = ROWS, **columns: TypeEngine[Any]) -> FromClause:
    """As `many`, for rows that are mostly JSON which is kept as such: PostgreSQL reads that once by way of
    jsonb, else twice. Flat rows are read faster by `many`."""
    if kind == "postgresql":
        given = bindparam(parameter, type_=Text())
        return _recordset(func.jsonb_to_recordset(cast(given, JSONB)), name, columns)
    return many(kind, name, parameter, **columns)


def rows_of(records: Iterable[Any]) -> dict[str, str]:
    """Named tuples as the batch's parameter: their fields are the columns."""
    return packed(record._asdict() for record in records)


def _recordset(read: Any, name: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    listed = read.table_valued(*(column(one, kept) for one, kept in columns.items()), name=name)
    derived: FromClause = listed.render_derived(name=name, with_types=True)
    return derived


def _picked(value: Any, name: str, kept: TypeEngine[Any]) -> Any:
    return type_coerce(func.json_extract(value, literal_column(f"'$.{name}'")), kept)
