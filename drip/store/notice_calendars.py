"""Reps' calendars of notices: what each wants, and when the next one is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update

from drip.domain.hours import RepTime
from drip.store.engine import AnyRow, Unit
from drip.store.tables import mailboxes, reps
from drip.store.times import read_times


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rep, and what is known of the notices wanted. `time_zone` is the rep's, else that of the rep's first
    mailbox; `notices_at` is None until it was looked at; `times` are hours and absences, None for any time."""

    id: int
    name: str
    email: str
    role: str
    time_zone: str | None
    notices: Mapping[str, Any] | None
    notices_at: datetime | None
    times: RepTime | None


async def due(unit: Unit, now: datetime, limit: int) -> list[Wanted]:
    """Reps whose calendar is to be looked at, locked; those somebody else looks at are left out."""
    looked = or_(reps.c.notices_at.is_(None), reps.c.notices_at <= now)
    ids = select(reps.c.id).where(looked).order_by(reps.c.id).limit(limit)
    ids = ids.with_for_update(key_share=True, skip_locked=True)  # what refers to a rep is added meanwhile
    found = [row[0] for row in await unit.rows(ids)]
    return [_read(row) for row in await unit.rows(_WANTED.where(reps.c.id.in_(found)).order_by(reps.c.id))]


async def of_rep(unit: Unit, rep_id: int) -> Wanted | None:
    """One rep's."""
    row = await unit.row(_WANTED.where(reps.c.id == rep_id))
    return None if row is None else _read(row)


async def look_at(unit: Unit, rep_id: int, at: datetime) -> None:
    """Look at a rep's calendar at a business time."""
    await unit.run(update(reps).where(reps.c.id == rep_id).values(notices_at=at))


async def wish(unit: Unit, rep_id: int, wishes: Mapping[str, Any]) -> None:
    """Keep what a rep wants from now on; the calendar is looked at anew."""
    await unit.run(update(reps).where(reps.c.id == rep_id).values(notices=dict(wishes), notices_at=None))


def _read(row: AnyRow) -> Wanted:
    known = dict(row._mapping)
    return Wanted(**{**known, "times": None if row.times is None else read_times(row.times)})


_ZONE = (
    select(mailboxes.c.time_zone)
    .where(mailboxes.c.rep_id == reps.c.id, mailboxes.c.time_zone.is_not(None))
    .order_by(mailboxes.c.id)
    .limit(1)
    .scalar_subquery()
)
_WANTED = select(
    *(reps.c[name] for name in ("id", "name", "email", "role")),
    func.coalesce(reps.c.time_zone, _ZONE).label("time_zone"),
    reps.c.notices,
    reps.c.notices_at,
    reps.c.times,
)
