"""Keep the day a rep and a prospect agreed on for the next call (R14)."""

from datetime import date, datetime

from drip.actions.befall import Done, befall
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import CallPromised
from drip.store.engine import Store


async def promise_call(store: Store, whose: Whose, on: date, context: Context, now: datetime) -> Done:
    """Set the recall to the promised local day; no rule moves it any more.

    Raises NotFoundError, NotEnrolledError, PromiseError (past, or no business day there).
    """
    return await befall(store, whose, CallPromised(now, on), context)
