"""Make a process of the distributed service ready: logs, and a database and a Redis that answer."""

import asyncio
from contextlib import suppress

import redis

from drip.clock import Clock
from drip.config import Settings, SettingsError
from drip.domain.errors import DripError
from drip.store.engine import open_store
from drip.store.migrations import demand_newest
from drip.wiring import Wired, find_clock, wire
from workers import log
from workers.doorbell import DoorbellBroker


class RedisUnreachableError(DripError):
    """Redis does not answer at the start of a process. Later on its absence stops nothing."""


def make_ready(settings: Settings) -> Wired:
    """What a process works with, once its database was seen to answer and to be at the newest schema.

    Raises SettingsError for settings that several processes cannot share, StoreUnreachableError,
    StoreSchemaError, StoreUrlError.
    """
    _demand_what_is_shared(settings)
    wired = wire(settings, asyncio.run(_look(settings)))
    log.set_up(settings.log)
    return wired


def make_ready_to_ring(settings: Settings) -> tuple[Wired, DoorbellBroker]:
    """The same, with the broker of a Redis that answers now. Raises RedisUnreachableError as well."""
    if settings.redis_url is None and settings.database_file is None:
        raise SettingsError(
            "DRIP_REDIS_URL is not set: workers and schedulers ring for each other through Redis or Valkey. Write "
            "redis://host:6379/0. A service of one process needs none: `drip up`."
        )
    return make_ready(settings), _open_broker(settings.redis_url or "")


def _open_broker(url: str) -> DoorbellBroker:
    try:
        broker = DoorbellBroker(url)
        broker.client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise RedisUnreachableError(
            f"Redis cannot be reached: {said}. Check host, port and password in DRIP_REDIS_URL, and that Redis or "
            "Valkey runs."
        ) from error
    return broker


def _demand_what_is_shared(settings: Settings) -> None:
    if settings.database_file is not None:
        raise SettingsError(
            f"DRIP_DATABASE_URL is the SQLite file {settings.database_file}, which only one process may send from: "
            "use `drip up`. Several processes share PostgreSQL: postgresql://user:password@host:5432/database."
        )
    if settings.secret is None:
        raise SettingsError(
            "DRIP_SECRET is not set. It signs the links in letters, so every process of the service is given the "
            "same one: at least 32 characters. `python3 -c 'import secrets; print(secrets.token_hex())'` makes one."
        )


async def _look(settings: Settings) -> Clock:
    """Find the clock in a database that is ready. The store belongs to this look's event loop."""
    store = open_store(settings.database_url)
    try:
        await demand_newest(store)
        return await find_clock(store)
    finally:
        with suppress(DripError):
            await store.close()
