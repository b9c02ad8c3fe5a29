"""Lift the pause of one enrollment; the drip goes on where it stopped (R12, R42)."""

from datetime import datetime

from drip.actions.befall import Done, steer
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import Resumed
from drip.store.engine import Store


async def resume(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """Let emails go again. Raises NotFoundError."""
    return await steer(store, whose, Resumed(now), context)
