"""Come back: cancel an absence, or end it early; what it has held stays held, and nothing more is."""

from datetime import datetime

from drip.actions.go_away import Entered
from drip.actions.happen import Context
from drip.actions.tell_times import tell_times
from drip.actions.which_rep import zone_of_rep
from drip.actions.whose import NotFoundError
from drip.domain.errors import MovedError
from drip.store import absences, choices, facts, reps
from drip.store.absences import Absence
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact


async def come_back(store: Store, absence_id: int, context: Context, now: datetime) -> Entered:
    """Cancel an absence now. Raises NotFoundError, and MovedError when it is over or cancelled already."""

    async def work(unit: Unit) -> tuple[str, Absence]:
        found = await absences.get(unit, absence_id)
        if found is None:
            raise NotFoundError(f"There is no absence {absence_id}. `drip rep away list` shows them.")
        await choices.lock_reps(unit, [found.rep_id])
        if not await absences.cancel(unit, absence_id, now):
            what = "was cancelled before" if found.cancelled_at else f"was over on {found.last_on}"
            raise MovedError(
                f"Absence {absence_id} {what}; nothing is changed. `drip rep away list` shows those to come."
            )
        rep = await reps.get(unit, found.rep_id)
        assert rep is not None
        await absences.keep_times(unit, rep.id, zone_of_rep(rep))
        await facts.append(unit, [NewFact(now, "rep_back", context.who, rep_id=rep.id, data={"absence": absence_id})])
        after = await absences.get(unit, absence_id)
        assert after is not None
        return rep.email, after

    email, absence = await store.unit(work)
    return Entered(email, absence, await tell_times(store, absence.rep_id, context, now))
