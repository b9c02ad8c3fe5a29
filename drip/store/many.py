"""Many rows of values as one table inside a statement, so that a batch is one guarded write."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
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
from sqlalchemy.types import TypeEngine

from drip.store.columns import utc_text
from drip.store.engine import Kind


Columns = Mapping[str, TypeEngine[Any]]


def many(
    kind: Kind,
    name: str,
    columns: Columns,
    rows: Sequence[Mapping[str, Any]],
) -> FromClause:
    """`rows` as a table called `name` whose columns have these types; a missing value is NULL.

    Values are texts, numbers, booleans, dates, aware times, and for a column of JSON anything
    JSON can say. json_each on SQLite, json_to_recordset on PostgreSQL.
    """
    given = bindparam(None, json.dumps(rows, default=_plain), Text)
    if kind == "postgresql":
        shape = [column(one, kept) for one, kept in columns.items()]
        listed = func.json_to_recordset(cast(given, JSON)).table_valued(*shape, name=name)
        return listed.render_derived(name=name, with_types=True)
    each = func.json_each(given).table_valued("value", name=f"{name}_each")
    picked = (_picked(each.c.value, one, kept).label(one) for one, kept in columns.items())
    return select(*picked).select_from(each).subquery(name)


def _picked(value: Any, name: str, kept: TypeEngine[Any]) -> Any:
    return type_coerce(func.json_extract(value, literal_column(f"'$.{name}'")), kept)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot stand in a batch of rows.")
