"""Say that the rep has dealt with a reply: the drip goes on (R30)."""

from datetime import datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find_enrollment
from drip.domain.facts import Resolved
from drip.store import tasks
from drip.store.engine import Store, Unit

ANSWERED = (
    *("reply", "asked", "colleague_replied", "opt_in_after_opt_out", "left_company", "challenge"),
    "declined_appointment",
)


async def resolve(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """End the wait for the rep, and finish the tasks that asked for it. Raises NotFoundError."""

    async def work(unit: Unit) -> Done:
        enrollment_id = await find_enrollment(unit, whose)
        made = await happen(unit, enrollment_id, Resolved(now), context)
        await tasks.done_for(unit, made.open.prospect_id, ANSWERED, context.who, now)
        return done(made)

    return await store.unit(work)
