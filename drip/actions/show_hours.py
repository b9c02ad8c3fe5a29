"""Show when a rep is there: working hours, and the absences to come."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.which_rep import find_rep
from drip.domain.hours import said
from drip.store import absences, reps
from drip.store.absences import Absence
from drip.store.engine import Store


@dataclass(frozen=True, slots=True)
class Hours:
    """When a rep is there. `hours` in words, "" for any time; `absences` are those that last or are to come."""

    rep: str
    name: str
    time_zone: str | None
    hours: str
    absences: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class AwayRow:
    """An absence with whose it is."""

    rep: str
    name: str
    absence: Absence


async def show_hours(store: Store, email: str, now: datetime) -> Hours:
    """A rep's hours and absences. Raises NotFoundError."""
    async with store.reading() as unit:
        rep = await find_rep(unit, email)
        times = (await absences.times_of(unit, [rep.id])).get(rep.id)
        away = await absences.listing(unit, now, rep.id)
    return Hours(rep.email, rep.name, rep.time_zone, said(times.hours) if times else "", tuple(away))


async def list_absences(store: Store, email: str | None, now: datetime) -> list[AwayRow]:
    """The absences that last or are to come, in order: everybody's, or one rep's. Raises NotFoundError."""
    async with store.reading() as unit:
        known = {one.id: one for one in await reps.listing(unit)}
        only = None if email is None else (await find_rep(unit, email)).id
        away = await absences.listing(unit, now, only)
    return [AwayRow(known[one.rep_id].email, known[one.rep_id].name, one) for one in away]
