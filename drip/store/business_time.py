"""Business time: the row that holds a controlled `now`, so that several processes share it."""

from datetime import datetime

from sqlalchemy import select

from drip.store.batch import insert_many, packed
from drip.store.engine import Unit
from drip.store.tables import business_time


async def read(unit: Unit) -> datetime | None:
    """The controlled business time; None when the real one is used."""
    found: datetime | None = await unit.value(_READ)
    return found


async def move(unit: Unit, now: datetime) -> bool:
    """Set the controlled business time; False when it is at or past `now` already: it never goes back."""
    conflict = "(id) DO UPDATE SET now = excluded.now WHERE business_time.now < excluded.now"
    statement = insert_many(unit.kind, business_time, ("id", "now"), conflict, ("id",))
    return await unit.row(statement, packed([{"id": 1, "now": now}])) is not None


_READ = select(business_time.c.now).where(business_time.c.id == 1)
