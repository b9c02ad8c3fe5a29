"""End an enrollment that was made by mistake; it then counts nowhere (R6)."""

from datetime import datetime

from drip.actions.befall import Done, steer
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.errors import DripError
from drip.domain.facts import EndedByMistake
from drip.store.engine import Store


class NoReasonError(DripError):
    """Something that needs a reason was asked for without one."""


async def end(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """End the enrollment with the reason in `context.why`; its letters are withdrawn.

    Raises NotFoundError, NoReasonError.
    """
    reason = (context.why or "").strip()
    if not reason:
        raise NoReasonError(
            "An enrollment is ended with a reason, so that others understand it later. "
            'Say why, such as "the wrong Ann Jones".'
        )
    return await steer(store, whose, EndedByMistake(now, reason), context)
