"""Take the next letter of one enrollment out; the one after it takes its place."""

from datetime import datetime

from drip.actions.befall import Done, steer
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import StepSkipped
from drip.store.engine import Store


async def skip(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """Skip the next step; a letter of it that is due or leased is withdrawn.

    Raises NotFoundError.
    """
    return await steer(store, whose, StepSkipped(now), context)
