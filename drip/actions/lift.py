"""Lift a suppression that was a mistake or is over; never one the prospect asked for (R18)."""

from datetime import datetime

from drip.actions.end import NoReasonError
from drip.actions.happen import Context
from drip.actions.whose import NotFoundError
from drip.domain.errors import DripError
from drip.domain.suppression import Reason, normal
from drip.store import suppressions
from drip.store.engine import Store, Unit

LIFTABLE = frozenset({Reason.HARD_BOUNCE, Reason.BY_HAND})


class LiftError(DripError):
    """A suppression that nobody may lift."""


async def lift(store: Store, target: str, context: Context, now: datetime) -> str:
    """Lift the suppression of exactly this address or domain, for the reason in `context.why`.

    Returns the reason it had. Files it stopped stay as they are: enroll again.
    Raises AddressError, NoReasonError, NotFoundError, LiftError.
    """
    what, why = normal(target), (context.why or "").strip()
    if not why:
        raise NoReasonError("A suppression is lifted with a reason. Say why it is over.")

    async def work(unit: Unit) -> str:
        live = [one for one in await suppressions.history(unit, what) if one.lifted_at is None]
        if not live:
            raise NotFoundError(f"{what} is not suppressed; there is nothing to lift.")
        [found] = live
        if found.reason not in LIFTABLE:
            raise LiftError(
                f"{what} is suppressed because of {found.reason}: nobody can lift that. "
                "A prospect who wants letters again says so on an opt-in page, and the rep is told."
            )
        await suppressions.lift(unit, what, why, context.who, now)
        return str(found.reason)

    return await store.unit(work)
