"""Appointments: made, moved and called off; at most one firm one for an enrollment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select, update

from drip.store.batch import among, columns_of
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.records import add_one, read_all, read_one
from drip.store.tables import appointments, enrollments


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """An appointment to be made. `kind` is call or meeting, `starts_at` business time."""

    enrollment_id: int
    rep_id: int
    kind: str
    starts_at: datetime
    minutes: int
    invited: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as kept; `sequence` rises with each change (RFC 5545 section 3.8.7.4)."""

    id: int
    enrollment_id: int
    rep_id: int
    kind: str
    starts_at: datetime
    minutes: int
    state: str
    sequence: int
    invited: bool
    changed_at: datetime


async def add(unit: Unit, new: NewAppointment) -> int:
    """Make one; the id. Another firm one of the enrollment raises the database's IntegrityError: ask first."""
    return await add_one(unit, appointments, new)


async def get(unit: Unit, appointment_id: int) -> Appointment | None:
    """The appointment with this id."""
    return await read_one(unit, appointments, Appointment, appointments.c.id == appointment_id)


async def firm(unit: Unit, enrollment_ids: Collection[int]) -> dict[int, Appointment]:
    """The firm appointments of these enrollments, past ones too, by enrollment."""
    if not enrollment_ids:
        return {}
    rows = await unit.rows(_firm(unit.kind), {"ids": sorted(set(enrollment_ids))})
    found = [Appointment(*row) for row in rows]
    return {one.enrollment_id: one for one in found}


async def of_prospect(unit: Unit, prospect_id: int) -> list[Appointment]:
    """Every appointment of a prospect, in whatever enrollment, the newest first."""
    theirs = select(enrollments.c.id).where(enrollments.c.prospect_id == prospect_id)
    wanted = appointments.c.enrollment_id.in_(theirs)
    return await read_all(unit, appointments, Appointment, wanted, order=(appointments.c.id.desc(),))


async def change(unit: Unit, new: Appointment) -> None:
    """Write a changed one back, one step up in its sequence. The enrollment's prospect is locked."""
    values = {name: getattr(new, name) for name in ("kind", "starts_at", "minutes", "state", "invited", "changed_at")}
    statement = update(appointments).where(appointments.c.id == new.id)
    await unit.run(statement.values(sequence=appointments.c.sequence + 1, **values))


@lru_cache
def _firm(kind: Kind) -> Prepared:
    wanted = (among(kind, appointments.c.enrollment_id), appointments.c.state == "firm")
    return Prepared(select(*columns_of(Appointment, appointments)).where(*wanted))
