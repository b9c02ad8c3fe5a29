"""Record that a letter came back, or that it was called spam (R32, R33)."""

from datetime import datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import NotFoundError, Whose, find_enrollment
from drip.domain.errors import DripError
from drip.domain.facts import Complained, Fact, HardBounced, SoftBounced
from drip.domain.send import State
from drip.store import received, sends
from drip.store.engine import Store, Unit
from drip.store.received import NewReceived

KINDS = {"hard_bounce": "bounce", "soft_bounce": "bounce", "complaint": "complaint"}


class ReturnError(DripError):
    """A kind of return we do not know."""


async def record_return(store: Store, whose: Whose, what: str, context: Context, now: datetime) -> Done:
    """Apply a hard_bounce, soft_bounce or complaint. A soft bounce is of the letter named by
    `whose.send_id`, else of the last that went out.

    Raises NotFoundError, NotEnrolledError, ReturnError.
    """
    if what not in KINDS:
        raise ReturnError(f'"{what}" is no kind of return. Choose one of {", ".join(KINDS)}.')

    async def work(unit: Unit) -> Done:
        belongs = await find_enrollment(unit, whose)
        fact = await _fact(unit, belongs, what, whose.send_id, now)
        made = await happen(unit, belongs, fact, context)
        about = (made.open.prospect_id, belongs, context.send_id)
        await received.add(unit, NewReceived(KINDS[what], now, context.who, *about))
        return done(made)

    return await store.unit(work)


async def _fact(unit: Unit, enrollment_id: int, what: str, send_id: int | None, now: datetime) -> Fact:
    if what == "hard_bounce":
        return HardBounced(now)
    if what == "complaint":
        return Complained(now)
    gone = [
        one
        for one in await sends.of_enrollment(unit, enrollment_id)
        if one.state in (State.ACCEPTED, State.UNCERTAIN) and send_id in (None, one.id)
    ]
    if not gone:
        raise NotFoundError(
            f"No letter of enrollment {enrollment_id} went out that could have come back. Look at its timeline."
        )
    last = gone[-1]
    return SoftBounced(now, last.n, last.settled_at or now)
