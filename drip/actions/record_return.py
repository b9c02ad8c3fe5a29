"""Record that a letter came back, or that it was called spam (R32, R33)."""

from datetime import datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import NotEnrolledError, NotFoundError, Whose, find
from drip.domain.errors import DripError
from drip.domain.facts import Complained, Fact, HardBounced, SoftBounced
from drip.domain.send import State
from drip.domain.suppression import Reason
from drip.store import facts, prospects, received, sends, suppressions
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact
from drip.store.prospects import Mark
from drip.store.received import NewReceived
from drip.store.targets import Target

KINDS = {"hard_bounce": "bounce", "soft_bounce": "bounce", "complaint": "complaint"}
_FINAL: dict[str, tuple[Mark, Reason]] = {
    "hard_bounce": ("bounced_at", Reason.HARD_BOUNCE),
    "complaint": ("complained_at", Reason.COMPLAINED),
}


class ReturnError(DripError):
    """A kind of return we do not know."""


async def record_return(store: Store, whose: Whose, what: str, context: Context, now: datetime) -> Done | None:
    """Apply a hard_bounce, soft_bounce or complaint. A soft bounce is of the letter named by
    `whose.send_id`, else of the last that went out.

    None: it belongs to no enrollment that counts; the address is suppressed all the same.
    Raises NotFoundError, ReturnError, and NotEnrolledError for such a soft bounce.
    """
    if what not in KINDS:
        raise ReturnError(f'"{what}" is no kind of return. Choose one of {", ".join(KINDS)}.')

    async def work(unit: Unit) -> Done | None:
        target = await find(unit, whose)
        about = (target.prospect_id, target.enrollment_id, context.send_id)
        await received.add(unit, NewReceived(KINDS[what], now, context.who, *about))
        return await returned(unit, whose, what, context, now)

    return await store.unit(work, durable=True)


async def returned(unit: Unit, whose: Whose, what: str, context: Context, now: datetime) -> Done | None:
    """The same inside a unit of somebody else's, who keeps the mail."""
    target = await find(unit, whose)
    ident, belongs = target.prospect_id, target.enrollment_id
    first = await _stop(unit, target, what, context, now)
    if belongs is not None:
        fact = await _fact(unit, belongs, what, whose.send_id, now)
        return done(await happen(unit, belongs, fact, context))
    if what not in _FINAL:
        raise NotEnrolledError(f"{target.email} is in no campaign, so no letter can have come back softly.")
    if first:
        await facts.append(unit, [NewFact(now, "suppressed", context.who, ident, reason=what)])
    return None


async def _stop(unit: Unit, target: Target, what: str, context: Context, now: datetime) -> bool:
    """Suppress the address, whatever becomes of a file; True if this is the first such return."""
    if what not in _FINAL:
        return False
    mark, reason = _FINAL[what]
    await suppressions.add(unit, target.email, reason, context.who, now)
    return await prospects.mark(unit, target.prospect_id, mark, now)


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
    return SoftBounced(now, last.n, last.settled_at or now, last.state is State.ACCEPTED)
