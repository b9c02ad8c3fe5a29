"""Brings a database to the schema this program was written for, step by numbered step."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from drip.store.engine import Store, Unit, open_store
from drip.store.failures import StoreSchemaError, shown

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent
_ONE_AT_A_TIME = 0x64726970  # a lock of PostgreSQL that upgrades of this product share


async def upgrade(url: str) -> tuple[str | None, str]:
    """Bring the database at `url` to the newest schema, in one transaction, one process at a time.

    Returns the revisions before and after; both are the same when nothing was to be done, and the
    first is None for an empty database. Raises StoreUrlError, StoreUnreachableError, StoreSchemaError.
    """
    store = open_store(url)
    try:
        async with store.begin(durable=True) as unit:
            return await _upgrade(store, unit)
    finally:
        await store.close()


async def revision(store: Store) -> str | None:
    """The revision the database is at; None when it holds nothing of ours yet."""
    async with store.reading() as unit:
        return await unit.work(_revision)


def newest() -> str:
    """The revision this program was written for: the number of the last migration. Each command asks, so nothing
    of Alembic is read for it."""
    return max(file.name[:4] for file in (_FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


async def demand_newest(store: Store) -> None:
    """Raise StoreSchemaError unless the database is at the newest revision."""
    found = await revision(store)
    if found != newest():
        stands = f"at schema {found}" if found else "empty"
        raise StoreSchemaError(
            f"The database {shown(store.url)} is {stands}, and this drip needs {newest()}. Run `drip db upgrade`."
        )


async def _upgrade(store: Store, unit: Unit) -> tuple[str | None, str]:
    if unit.kind == "postgresql":
        await unit.run(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})
    from alembic.util import CommandError

    before = await unit.work(_revision)
    try:
        await unit.work(_run)
    except CommandError as error:
        raise StoreSchemaError(
            f"The database {shown(store.url)} is at schema {before}, which this drip does not know: a newer "
            "drip has upgraded it. Use that one."
        ) from error
    return before, newest()


def _run(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """As Alembic keeps it: one row, as the migrations are one line."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
