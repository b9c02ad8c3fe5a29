"""Statements that carry a whole batch of rows as one JSON parameter, and lookups by many ids."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from drip.store.columns import utc_text
from drip.store.engine import Kind
from drip.store.prepared import Prepared

ROWS = "rows"  # the parameter a batch is given in
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


class Listed(TypeDecorator[Sequence[Any]]):
    """Many ids or texts as one parameter: the text of an array on PostgreSQL, whose driver is slow at
    writing lists, and of a JSON list on SQLite."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> str:
        """What is handed to the database."""
        found = list(value or ())
        if dialect.name == "sqlite":
            return json.dumps(found)
        items = map(_quoted, found) if found and isinstance(found[0], str) else map(str, found)
        return "{" + ",".join(items) + "}"


def among(kind: Kind, column: Column[Any], name: str = "ids") -> ColumnElement[bool]:
    """The condition that `column` is one of the values of parameter `name`; the same statement for
    any number of them.
    """
    each = Text if isinstance(column.type, Text) else BigInteger
    given = bindparam(name, type_=Listed())
    if kind == "postgresql":
        return column == any_(cast(given, ARRAY(each)))
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def columns_of(record: type[Any], table: Table) -> list[Column[Any]]:
    """The columns a frozen record is read from: its fields by name and order."""
    return [table.c[one.name] for one in fields(record)]


def packed(rows: Iterable[Mapping[str, Any]], parameter: str = ROWS) -> dict[str, str]:
    """The parameters of the statements below. Raises ValueError for a naive time."""
    return {parameter: _as_json(list(rows))}


def packed_for_postgresql(rows: Iterable[Mapping[str, Any]], parameter: str = ROWS) -> dict[str, str]:
    """As `packed`, in a fraction of its time: times are written at any width, which PostgreSQL reads as well.

    So no JSON inside the rows may hold a time. Raises ValueError for a naive time.
    """
    listed = list(rows)
    return {parameter: _as_json(listed, _OURS if _has_naive(listed) else _AT_ANY_WIDTH)}


@lru_cache(maxsize=256)
def update_many(kind: Kind, table: Table, names: tuple[str, ...], guard: str = "") -> Prepared:
    """UPDATE rows of `table` by id: `names` become what the batch says. `guard` is a further
    condition on `t` (the row as it is) and `v` (the batch).
    """
    changes = ", ".join(f'"{name}" = v."{name}"' for name in names)
    rows = source(kind, table, ("id", *names))
    where = f" AND ({guard})" if guard else ""
    return Prepared(text(f"UPDATE {table.name} AS t SET {changes} FROM {rows} WHERE t.id = v.id{where}"))


@lru_cache(maxsize=256)
def insert_many(
    kind: Kind, table: Table, names: tuple[str, ...], conflict: str = "", returning: tuple[str, ...] = ()
) -> Prepared:
    """INSERT the batch into `table`. `conflict` follows ON CONFLICT; `returning` are columns of the
    rows that came in or were changed, in no order.
    """
    listed = ", ".join(f'"{name}"' for name in names)
    statement = f"INSERT INTO {table.name} ({listed}) SELECT {listed} FROM {source(kind, table, names)} WHERE true"
    return inserting(statement, table, conflict, returning)


def inserting(statement: str, table: Table, conflict: str, returning: tuple[str, ...]) -> Prepared:
    """An INSERT into `table` with its end; see `insert_many`."""
    if conflict:
        statement += f" ON CONFLICT {conflict}"
    if not returning:
        return Prepared(text(statement))
    statement += " RETURNING " + ", ".join(f'{table.name}."{name}"' for name in returning)
    return Prepared(text(statement).columns(*(table.c[name] for name in returning)))


def source(kind: Kind, table: Table, names: tuple[str, ...], alias: str = "v", given: str = ROWS) -> str:
    """The batch in the parameter `given` as what a FROM names: columns of `table`, under an alias."""
    if kind == "postgresql":
        shape = ", ".join(f'"{name}" {table.c[name].type.compile(_POSTGRES)}' for name in names)
        return f"json_to_recordset(CAST(:{given} AS json)) AS {alias}({shape})"
    picked = ", ".join(f"json_extract(value, '$.{name}') AS \"{name}\"" for name in names)
    return f"(SELECT {picked} FROM json_each(:{given})) AS {alias}"


_AT_ANY_WIDTH = orjson.OPT_PASSTHROUGH_DATACLASS  # is left to `_plain`
_OURS = _AT_ANY_WIDTH | orjson.OPT_PASSTHROUGH_DATETIME  # so is a time


def _has_naive(rows: Iterable[Mapping[str, Any]]) -> bool:
    for row in rows:
        for value in row.values():
            if type(value) is datetime and value.tzinfo is None:
                return True
    return False


def _as_json(rows: Sequence[Any], option: int = _OURS) -> str:
    """Rows as JSON; by the slower way those which the quick one does not take, and those which are wrong."""
    try:
        return orjson.dumps(rows, _plain, option).decode()
    except orjson.JSONEncodeError:
        return json.dumps(rows, default=_plain, separators=(",", ":"))


def _quoted(value: str) -> str:
    """A text as an item of an array (PostgreSQL 8.15.6)."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")))
    raise TypeError(f"{value!r} cannot stand in a batch of rows.")
