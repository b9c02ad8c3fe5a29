"""Take an out-of-office mail: the drip is held until the prospect is back (R31)."""

from datetime import date, datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find_enrollment
from drip.domain.facts import AutoReplied
from drip.store import received
from drip.store.engine import Store, Unit
from drip.store.received import NewReceived


async def auto_reply(store: Store, whose: Whose, back_on: date | None, context: Context, now: datetime) -> Done:
    """Keep an automatic answer; `back_on` is the stated day of return, if there is one.

    Raises NotFoundError, NotEnrolledError.
    """

    async def work(unit: Unit) -> Done:
        belongs = await find_enrollment(unit, whose)
        made = await happen(unit, belongs, AutoReplied(now, back_on), context)
        whose_mail = (made.open.prospect_id, belongs, context.send_id)
        await received.add(unit, NewReceived("auto_reply", now, context.who, *whose_mail, back_on=back_on))
        return done(made)

    return await store.unit(work)
