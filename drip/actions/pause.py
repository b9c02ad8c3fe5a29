"""Pause the emails of one enrollment; its recall goes on (R42)."""

from datetime import datetime

from drip.actions.befall import Done, steer
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import Paused
from drip.store.engine import Store


async def pause(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """Hold every email until `resume`; letters due or leased are withdrawn (R36).

    Raises NotFoundError.
    """
    return await steer(store, whose, Paused(now), context)
