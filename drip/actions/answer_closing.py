"""Take a prospect's answer to the closing email: keep my file open, call me, close it (R27)."""

from datetime import datetime

from drip.actions.befall import Done, befall
from drip.actions.happen import Context
from drip.actions.whose import Whose
from drip.domain.facts import Answer, Answered
from drip.store.engine import Store


async def answer_closing(store: Store, whose: Whose, answer: Answer, context: Context, now: datetime) -> Done:
    """Apply the answer, also when the file was closed meanwhile (R28, R29).

    Raises NotFoundError, NotEnrolledError.
    """
    return await befall(store, whose, Answered(now, answer), context)
