"""Keep a rep's working hours: recalls fall where they meet the prospect's call window (R17)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.tell_times import Told, tell_times
from drip.actions.which_rep import find_rep, zone_of_rep
from drip.domain.hours import Span, said
from drip.store import absences, facts
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact


@dataclass(frozen=True, slots=True)
class Kept:
    """The hours a rep has now, in words ("" for any time), and what followed."""

    rep: str
    time_zone: str
    hours: str
    told: Told = field(default_factory=Told)


async def keep_hours(
    store: Store, email: str, hours: tuple[Span, ...] | None, time_zone: str | None, context: Context, now: datetime
) -> Kept:
    """Give a rep these hours, () for any time and None for those there are, in the rep's zone or another one that
    is kept from now on.

    Raises NotFoundError, and HoursError where no zone is known.
    """

    async def work(unit: Unit) -> tuple[int, Kept]:
        rep = await find_rep(unit, email, lock=True)
        if not hours and time_zone is None and rep.time_zone is None:
            return rep.id, Kept(rep.email, "", "")  # without a zone there never were any
        times = await absences.keep_times(unit, rep.id, zone_of_rep(rep, time_zone), hours)
        words = {"hours": said(times.hours), "time_zone": str(times.zone)}
        await facts.append(unit, [NewFact(now, "rep_hours", context.who, rep_id=rep.id, data=words)])
        return rep.id, Kept(rep.email, words["time_zone"], words["hours"])

    rep_id, kept = await store.unit(work)
    return replace(kept, told=await tell_times(store, rep_id, context, now))
