"""Keep the day a rep and a prospect agreed on for the next call, perhaps with its hour (R14)."""

from dataclasses import replace
from datetime import date, datetime

from drip.actions.appoint import Appointing, appoint
from drip.actions.appointing.agreed import Agreed
from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find_enrollment
from drip.domain.facts import CallPromised
from drip.store.engine import Store, Unit


async def promise_call(
    store: Store, whose: Whose, on: date, context: Context, now: datetime, agreed: Agreed | None = None
) -> Done:
    """Set the recall to the promised local day; no rule moves it any more. `agreed` makes it an appointment, with
    its hour.

    Raises NotFoundError, NotEnrolledError, AppointmentError, PromiseError (past, or no business day there).
    """
    fact = CallPromised(now, on, agreed.hour if agreed else None)

    async def work(unit: Unit) -> Done:
        return await promised(unit, await find_enrollment(unit, whose), fact, agreed, context)

    return await store.unit(work)


async def promised(unit: Unit, enrollment_id: int, fact: CallPromised, agreed: Agreed | None, context: Context) -> Done:
    """The same inside a unit of somebody else's, for an enrollment whose prospect is locked."""
    made = await happen(unit, enrollment_id, fact, context)
    effects = await appoint(unit, made, Appointing("call", agreed), context, fact.at)
    return replace(done(made), effects=effects)
