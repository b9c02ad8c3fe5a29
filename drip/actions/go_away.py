"""Go away: enter days on which a rep is not there; they hold the rep's letters and move unpromised recalls."""

from dataclasses import dataclass
from datetime import date, datetime

from drip.actions.adding import line
from drip.actions.happen import Context
from drip.actions.tell_times import Told, tell_times
from drip.actions.which_rep import find_rep, zone_of_rep
from drip.domain.hours import entered
from drip.store import absences, facts
from drip.store.absences import Absence, NewAbsence
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact


@dataclass(frozen=True, slots=True)
class Away:
    """Who is away, and when: days of the rep's, both ends counted."""

    rep: str
    first_on: date
    last_on: date
    reason: str = ""
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The absence as it is kept, and what followed."""

    rep: str
    absence: Absence
    told: Told


async def go_away(store: Store, away: Away, context: Context, now: datetime) -> Entered:
    """Enter an absence. It holds nothing that was before now; it may overlap others.

    Raises NotFoundError, AddError, and HoursError for days that cannot be or without a time zone.
    """

    async def work(unit: Unit) -> tuple[str, Absence]:
        rep = await find_rep(unit, away.rep, lock=True)
        zone = zone_of_rep(rep, away.time_zone)
        begin, end = entered(away.first_on, away.last_on, zone, now)
        reason = line(away.reason, "reason")
        new = NewAbsence(rep.id, away.first_on, away.last_on, begin, end, reason, context.who)
        ident = await absences.add(unit, new, now)
        await absences.keep_times(unit, rep.id, zone)
        days = {"absence": ident, "from": away.first_on.isoformat(), "to": away.last_on.isoformat()}
        await facts.append(unit, [NewFact(now, "rep_away", context.who, rep_id=rep.id, data=days)])
        found = await absences.get(unit, ident)
        assert found is not None
        return rep.email, found

    email, absence = await store.unit(work)
    return Entered(email, absence, await tell_times(store, absence.rep_id, context, now))
