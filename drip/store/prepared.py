"""Statements that are built once and run often: on SQLite they go to the driver without ceremony.

SQLAlchemy spends several times longer on running a quick statement than SQLite does. What it knows
of a statement (its text, the kinds of its parameters and columns) never changes, so it is asked once.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Executable, Row
from sqlalchemy.exc import DBAPIError

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
Convert: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement for `Unit.rows`, `row`, `value` and `moved`.

    Its parameters are plain: none that stands for a list of values, and none that is left out.
    """

    __slots__ = ("on_sqlite", "statement")

    def __init__(self, statement: Executable) -> None:
        """`statement` is one of SQLAlchemy's Core; make it once, not for each run."""
        self.statement = statement
        self.on_sqlite: OnSqlite | None = None


@dataclass(frozen=True, slots=True)
class OnSqlite:
    """A prepared statement as the driver takes it. `given` are the parameters in their order: name, whether
    it must be given, else the value it has, and how a value is written."""

    text: str
    given: Sequence[tuple[str, bool, Any, Convert | None]]
    read: Sequence[tuple[int, Convert]]  # columns whose values are not taken as they come
    row: Any = field(repr=False)

    def run(self, driver: sqlite3.Connection, parameters: Mapping[str, Any]) -> tuple[list[AnyRow], int]:
        """Its rows, and how many rows it wrote. Raises DBAPIError as SQLAlchemy does, and KeyError for a
        parameter that is missing."""
        values = []
        for name, must, default, written in self.given:
            value = parameters[name] if must else parameters.get(name, default)
            values.append(value if written is None else written(value))
        try:
            cursor = driver.execute(self.text, values)
            found = cursor.fetchall()
        except sqlite3.Error as error:
            raise _as_sqlalchemy_does(self.text, error) from error
        if not self.read:
            return [self.row(*one) for one in found], cursor.rowcount
        rows = []
        for one in found:
            cells = list(one)
            for place, converted in self.read:
                cells[place] = converted(cells[place])
            rows.append(self.row(*cells))
        return rows, cursor.rowcount


def on_sqlite(prepared: Prepared, dialect: Dialect) -> OnSqlite:
    """The statement for the driver, put together at its first run."""
    known = prepared.on_sqlite
    if known is None:
        known = prepared.on_sqlite = _put_together(prepared.statement, dialect)
    return known


def _put_together(statement: Any, dialect: Dialect) -> OnSqlite:
    compiled = statement.compile(dialect=dialect)
    given = []
    for name in compiled.positiontup or ():
        bound = compiled.binds[name]
        written = bound.type.dialect_impl(dialect).bind_processor(dialect)
        given.append((name, bound.required, compiled.params.get(name), written))
    columns = list(getattr(statement, "exported_columns", ()))
    converts = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    read = [(place, convert) for place, convert in enumerate(converts) if convert is not None]
    return OnSqlite(str(compiled), given, read, _row_class([column.key for column in columns]))


def _row_class(names: Sequence[str]) -> Any:
    plain = namedtuple("plain", names, rename=True)  # type: ignore[misc]
    return type("Row", (plain,), {"__slots__": (), "_mapping": property(plain._asdict)})


def _as_sqlalchemy_does(text: str, error: sqlite3.Error) -> BaseException:
    return DBAPIError.instance(text, None, error, sqlite3.Error, hide_parameters=True)
