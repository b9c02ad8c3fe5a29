"""Statements that are built once and run often: they go to the driver without ceremony.

SQLAlchemy spends several times longer on running a quick statement than SQLite does, or psycopg. What it
knows of a statement (its text, the kinds of its parameters and columns) never changes, so it is asked once.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import Dialect, Executable, Row
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from drip.store.columns import UtcTime

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Convert: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement for `Unit.rows`, `row`, `value` and `moved`.

    Its parameters are plain: none that stands for a list of values, and none that is left out.
    """

    __slots__ = ("named", "on_postgres", "on_sqlite", "statement")

    def __init__(self, statement: Executable, *, named: bool = True) -> None:
        """`statement` is one of SQLAlchemy's Core; make it once, not for each run. Rows that are not `named` are
        plain tuples: for who takes them apart by place."""
        self.statement = statement
        self.named = named
        self.on_sqlite: OnSqlite | None = None
        self.on_postgres: OnPostgres | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter as the driver takes it: whether it must be given, else the value it has, and how it is written."""

    name: str
    must: bool
    default: Any
    written: Convert | None

    def of(self, parameters: Mapping[str, Any]) -> Any:
        """Its value among these. Raises KeyError when it must be there and is not."""
        value = parameters[self.name] if self.must else parameters.get(self.name, self.default)
        return value if self.written is None else self.written(value)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a statement are made into. `read`: columns whose values are not taken as they come."""

    read: Sequence[tuple[int, Convert]]
    row: Any = field(repr=False)

    def rows(self, found: Sequence[Sequence[Any]]) -> list[AnyRow]:
        """The driver's rows as ours."""
        row = self.row
        if not self.read:
            return [row(one) for one in found]
        rows = []
        for one in found:
            cells = list(one)
            for place, converted in self.read:
                cells[place] = converted(cells[place])
            rows.append(row(cells))
        return rows


@dataclass(frozen=True, slots=True)
class OnSqlite:
    """A prepared statement as SQLite's driver takes it."""

    text: str
    given: Sequence[Given]
    shape: Shape

    def run(self, driver: sqlite3.Connection, parameters: Mapping[str, Any]) -> tuple[list[AnyRow], int]:
        """Its rows, and how many rows it wrote. Raises DBAPIError as SQLAlchemy does, and KeyError for a
        parameter that is missing."""
        values = [one.of(parameters) for one in self.given]
        try:
            cursor = driver.execute(self.text, values)
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(self.text, None, error, sqlite3.Error, hide_parameters=True) from error
        return self.shape.rows(found), cursor.rowcount


@dataclass(frozen=True, slots=True)
class OnPostgres:
    """A prepared statement as psycopg takes it; the server plans it once a connection."""

    text: bytes
    given: Sequence[Given]
    shape: Shape

    async def run(
        self, driver: "psycopg.AsyncConnection[Any]", parameters: Mapping[str, Any]
    ) -> tuple[list[AnyRow], int]:
        """As on SQLite. The statement of a unit that begins with it begins the transaction."""
        values = [one.of(parameters) for one in self.given]
        cursor = psycopg.AsyncRawCursor(driver)
        try:
            await cursor.execute(self.text, values, binary=True)
            found = await cursor.fetchall() if cursor.rownumber is not None else []
        except psycopg.Error as error:
            raise _as_sqlalchemy_does(self.text.decode(), error, driver) from error
        return self.shape.rows(found), cursor.rowcount


def on_sqlite(prepared: Prepared, dialect: Dialect) -> OnSqlite:
    """The statement for the driver, put together at its first run."""
    known = prepared.on_sqlite
    if known is None:
        known = prepared.on_sqlite = OnSqlite(*_put_together(prepared, dialect))
    return known


def on_postgres(prepared: Prepared) -> OnPostgres:
    """The statement for the driver, put together at its first run."""
    known = prepared.on_postgres
    if known is None:
        text, given, shape = _put_together(prepared, _NUMBERED)
        known = prepared.on_postgres = OnPostgres(text.encode(), given, shape)
    return known


# Psycopg takes a text with numbered parameters as it is; others it reads and writes anew at each run.
_NUMBERED: Dialect = PGDialectAsync_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def _put_together(prepared: Prepared, dialect: Dialect) -> tuple[str, Sequence[Given], Shape]:
    statement: Any = prepared.statement
    compiled = statement.compile(dialect=dialect)
    given = []
    for name in compiled.positiontup or ():
        bound = compiled.binds[name]
        written = bound.type.dialect_impl(dialect).bind_processor(dialect)
        given.append(Given(name, bound.required, compiled.params.get(name), written))
    columns = list(getattr(statement, "exported_columns", ()))
    converts = [_reader(column.type, dialect) for column in columns]
    read = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
    return str(compiled), given, Shape(read, _row_class([column.key for column in columns if prepared.named]))


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if dialect is _NUMBERED and isinstance(kind, UtcTime):
        return None  # our sessions speak of UTC, and psycopg's times then have no other zone
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _row_class(names: Sequence[str]) -> Any:
    """Makes a row of a sequence; a plain one where the statement does not tell its columns."""
    if not names:
        return tuple
    plain = namedtuple("plain", names, rename=True)  # type: ignore[misc]
    made: Any = type("Row", (plain,), {"__slots__": (), "_mapping": property(plain._asdict)})
    return made._make


def _as_sqlalchemy_does(text: str, error: psycopg.Error, driver: "psycopg.AsyncConnection[Any]") -> BaseException:
    return DBAPIError.instance(
        text,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=driver.closed,
        dialect=_NUMBERED,
    )
