"""Record an email the rep wrote by hand: a touch that the gap counts (R24)."""

from datetime import datetime

from drip.actions.befall import Done, befall
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import EmailRecorded
from drip.store.engine import Store


async def record_email(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """Count it as a touch today; a letter inside the gap waits. Raises NotFoundError."""
    return await befall(store, whose, EmailRecorded(now), context)
