"""Where a command works: the settings, the database made ready, and what time it is there."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from drip.actions.happen import Context
from drip.actions.which_rep import find_rep
from drip.cli.output import note
from drip.config import Settings, load_settings
from drip.store.engine import Store, open_store
from drip.store.migrations import demand_newest, newest, revision, upgrade
from drip.wiring import find_clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command with a database has. `now` is business time, aware UTC."""

    settings: Settings
    store: Store
    now: datetime


def at_desk(work: Callable[[Desk], Awaitable[T]]) -> T:
    """Do `work` on the database of the settings. Raises what the settings, the store or the work raise."""
    return asyncio.run(_work(load_settings(), work))


async def make_ready(settings: Settings, store: Store) -> None:
    """Make or upgrade the embedded database, and say so; of a server only ask that it is ready.

    Raises StoreSchemaError, StoreUnreachableError.
    """
    if settings.database_file is None:
        await demand_newest(store)
        return
    before = await revision(store)
    if before == newest():
        return
    await upgrade(settings.database_url)
    if before is None:
        note(f"Made the database {settings.database_file}.")
    else:
        note(f"Upgraded the database {settings.database_file} from schema {before} to {newest()}.")


async def done_by(desk: Desk, rep: str | None, why: str | None = None) -> Context:
    """Who does it: the rep named, else the command line. Raises NotFoundError."""
    if rep is None:
        return Context("cli", why)
    async with desk.store.reading() as unit:
        found = await find_rep(unit, rep)
    return Context(f"rep:{found.id}", why, rep_id=found.id)


async def _work(settings: Settings, work: Callable[[Desk], Awaitable[T]]) -> T:
    store = open_store(settings.database_url)
    try:
        await make_ready(settings, store)
        clock = await find_clock(store)
        return await work(Desk(settings, store, clock.now()))
    finally:
        await store.close()
