"""The kinds of columns our tables are made of, and the names of their constraints."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    MetaData,
    Numeric,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)
Key = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def utc_text(moment: datetime) -> str:
    """An aware time as fixed-width ISO text in UTC, so that texts compare as the times do.

    Raises ValueError for a naive time: nobody knows which moment it means.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; give an aware time (UTC).")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")


class UtcTime(TypeDecorator[datetime]):
    """An aware time: timestamptz on PostgreSQL, fixed-width ISO text in UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the database has no type for it."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """What is handed to the database; ValueError for a naive time."""
        if value is None:
            return None
        written = utc_text(value)
        return written if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware time in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        moment: datetime = value
        return moment.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An exact amount of money: numeric on PostgreSQL, text on SQLite (which knows floats only)."""

    impl = Numeric(20, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text where the database has no exact decimals."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric(20, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """What is handed to the database, in hundredths at the finest."""
        if value is None:
            return None
        exact = value.quantize(Decimal("0.01"))
        return str(exact) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """An exact decimal."""
        return None if value is None else Decimal(value)


def id_column() -> Column[int]:
    """The primary key of a table: a number that is never used twice."""
    return Column("id", Key, Identity(), primary_key=True)


def reference(name: str, table: str, *, optional: bool = False) -> Column[int]:
    """A column that holds the id of a row of `table`."""
    return Column(name, Key, ForeignKey(f"{table}.id"), nullable=optional)


def mention(name: str, table: str, *, optional: bool = False) -> tuple[Column[int], ForeignKeyConstraint]:
    """A column of a table that only grows, for the id of a row of `table`.

    It is written in the unit that read, changed or made that row. On SQLite a foreign key asks for the row all the
    same. On PostgreSQL that would take longer than writing the line, and lock the row for it; there triggers keep
    rows that are mentioned from being deleted (`migrations.guards`), and `drip doctor` looks for what is not there.
    """
    known = ForeignKeyConstraint([name], [f"{table}.id"]).ddl_if(dialect="sqlite")
    return Column(name, Key, nullable=optional), known


def words(name: str) -> Column[str]:
    """A text that may be empty but is never NULL."""
    return Column(name, Text, nullable=False, server_default="")


def count(name: str, start: int = 0) -> Column[int]:
    """A whole number with a start value."""
    return Column(name, Integer, nullable=False, server_default=text(str(start)))


def flag(name: str) -> Column[bool]:
    """Yes or no; no unless said."""
    return Column(name, Boolean, nullable=False, server_default=false())


def unsaid(column: Column[Any]) -> Any:
    """What the database puts into a column that an INSERT does not name."""
    default: Any = column.server_default
    return None if default is None else json.loads(str(default.arg))


def listed(values: Iterable[str]) -> str:
    """The values as an SQL list of texts, sorted: `'a', 'b'`."""
    return ", ".join(f"'{value}'" for value in sorted(values))


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A CHECK that lets `column` hold only these texts."""
    return CheckConstraint(f"{column} IN ({listed(values)})", name=f"known_{column}")


def check(name: str, condition: str) -> CheckConstraint:
    """A CHECK named `name` that makes rows without `condition` impossible."""
    return CheckConstraint(condition, name=name)
