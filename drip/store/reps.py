"""Reps: those who talk to prospects, and the two other roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from drip.store.batch import among, columns_of
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.records import add_one, read_all, read_one
from drip.store.tables import reps


@dataclass(frozen=True, slots=True)
class NewRep:
    """A rep to be added. `email` lower-cased; `role` is rep, marketing or admin."""

    name: str
    email: str
    title: str = ""
    phone: str = ""
    signature: str = ""
    time_zone: str | None = None
    role: str = "rep"


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep as kept."""

    id: int
    name: str
    email: str
    title: str
    phone: str
    signature: str
    time_zone: str | None
    role: str
    created_at: datetime


async def add(unit: Unit, new: NewRep, now: datetime) -> int:
    """Add a rep; the id. An email that is known raises the database's IntegrityError: ask first."""
    return await add_one(unit, reps, new, created_at=now)


async def get(unit: Unit, rep_id: int) -> Rep | None:
    """The rep with this id."""
    return await read_one(unit, reps, Rep, reps.c.id == rep_id)


async def by_email(unit: Unit, email: str) -> Rep | None:
    """The rep with this email, in any case."""
    return await read_one(unit, reps, Rep, reps.c.email == email.strip().lower())


async def by_emails(unit: Unit, emails: Iterable[str]) -> dict[str, Rep]:
    """The reps with these emails, in lower case, by email."""
    rows = await unit.rows(_by_emails(unit.kind), {"emails": sorted(set(emails))})
    return {row.email: Rep(*row) for row in rows}


async def listing(unit: Unit) -> list[Rep]:
    """All reps, by name."""
    return await read_all(unit, reps, Rep, order=(reps.c.name, reps.c.id))


@lru_cache
def _by_emails(kind: Kind) -> Prepared:
    return Prepared(select(*columns_of(Rep, reps)).where(among(kind, reps.c.email, "emails")))
