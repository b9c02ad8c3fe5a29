"""End an enrollment that was made by mistake; it then counts nowhere (R6)."""

from datetime import datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find_steered
from drip.domain.errors import DripError
from drip.domain.facts import EndedByMistake
from drip.store import enrollments
from drip.store.engine import Store, Unit


class NoReasonError(DripError):
    """Something that needs a reason was asked for without one."""


async def end(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """End the enrollment with the reason in `context.why`; its letters are withdrawn, and its
    idempotency key may be used again.

    Raises NotFoundError, NoReasonError.
    """
    reason = (context.why or "").strip()
    if not reason:
        raise NoReasonError(
            "An enrollment is ended with a reason, so that others understand it later. "
            'Say why, such as "the wrong Ann Jones".'
        )

    async def work(unit: Unit) -> Done:
        made = await happen(unit, await find_steered(unit, whose), EndedByMistake(now, reason), context)
        await enrollments.free_key(unit, made.open.id)
        return done(made)

    return await store.unit(work)
