"""Absences: when a rep is away; and the hours and absences of a rep as every enrollment reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from drip.domain.hours import RepTime, Span
from drip.store.batch import among
from drip.store.engine import Unit
from drip.store.records import add_one, read_all, read_one
from drip.store.tables import absences, reps
from drip.store.times import read_times, write_times


@dataclass(frozen=True, slots=True)
class NewAbsence:
    """An absence to be entered. Days are the rep's, both ends counted; the moments are what it holds."""

    rep_id: int
    first_on: date
    last_on: date
    begin_at: datetime
    end_at: datetime
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence as kept; one that was cancelled before it began holds nothing."""

    id: int
    rep_id: int
    first_on: date
    last_on: date
    begin_at: datetime
    end_at: datetime
    reason: str
    who: str
    created_at: datetime
    cancelled_at: datetime | None


async def add(unit: Unit, new: NewAbsence, now: datetime) -> int:
    """Enter an absence; its id."""
    return await add_one(unit, absences, new, created_at=now)


async def get(unit: Unit, absence_id: int) -> Absence | None:
    """The absence with this id."""
    return await read_one(unit, absences, Absence, absences.c.id == absence_id)


async def listing(unit: Unit, after: datetime, rep_id: int | None = None) -> list[Absence]:
    """The absences that end after a moment and were not cancelled, in order: everybody's, or one rep's."""
    mine = [absences.c.end_at > after, absences.c.cancelled_at.is_(None)]
    if rep_id is not None:
        mine.append(absences.c.rep_id == rep_id)
    return await read_all(unit, absences, Absence, *mine, order=(absences.c.begin_at, absences.c.id))


async def cancel(unit: Unit, absence_id: int, now: datetime) -> bool:
    """End an absence now, or take it back where it has not begun; False when it was cancelled or over."""
    mine = (absences.c.id == absence_id, absences.c.cancelled_at.is_(None), absences.c.end_at > now)
    begun = await unit.value(select(absences.c.begin_at).where(*mine))
    if begun is None:
        return False
    end = max(begun, now)
    changed = await unit.run(update(absences).where(*mine).values(cancelled_at=now, end_at=end))
    return changed.rowcount > 0


async def times_of(unit: Unit, rep_ids: Iterable[int]) -> dict[int, RepTime]:
    """When these reps are there; who is at any time is left out."""
    mine = select(reps.c.id, reps.c.times).where(among(unit.kind, reps.c.id), reps.c.times.is_not(None))
    rows = await unit.rows(mine, {"ids": sorted(set(rep_ids))})
    return {row[0]: read_times(row[1]) for row in rows}


async def keep_times(unit: Unit, rep_id: int, zone: ZoneInfo, hours: tuple[Span, ...] | None = None) -> RepTime:
    """Keep a rep's hours, None for those there are, beside all absences that held or will hold anything; every
    enrollment is to hear of it.

    The rep's row is to be locked by this unit.
    """
    if hours is None:
        known = (await times_of(unit, [rep_id])).get(rep_id)
        hours = known.hours if known else ()
    held = select(absences.c.begin_at, absences.c.end_at).where(
        absences.c.rep_id == rep_id, absences.c.begin_at < absences.c.end_at
    )
    away = tuple((row[0], row[1]) for row in await unit.rows(held.order_by(absences.c.begin_at, absences.c.id)))
    times = RepTime(zone, hours, away)
    changed = update(reps).where(reps.c.id == rep_id)
    values = {"time_zone": str(zone), "times": write_times(times), "times_told_to": 0}
    await unit.run(changed.values(**values, notices_at=None))  # the mornings are other ones now
    return times


async def untold(unit: Unit) -> dict[int, int]:
    """The reps of whose times some enrollments have not heard yet, and the last one that has."""
    waiting = select(reps.c.id, reps.c.times_told_to).where(reps.c.times_told_to.is_not(None))
    return {row[0]: row[1] for row in await unit.rows(waiting.order_by(reps.c.id))}


async def begin_telling(unit: Unit, rep_id: int) -> int | None:
    """Lock the rep, and say which enrollment heard last of the times there are now; None: all have."""
    mine = select(reps.c.times_told_to).where(reps.c.id == rep_id).with_for_update(key_share=True)
    found: int | None = await unit.value(mine)
    return found


async def told_to(unit: Unit, rep_id: int, before: int, last: int | None) -> bool:
    """Remember that every enrollment up to `last` has heard of them, all where it is None; False when
    somebody else went on from `before`."""
    mine = update(reps).where(reps.c.id == rep_id, reps.c.times_told_to == before)
    return (await unit.run(mine.values(times_told_to=last))).rowcount > 0
