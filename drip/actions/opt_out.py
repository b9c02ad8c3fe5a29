"""Stop everything for one person at once (R33)."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find
from drip.domain.facts import OptedOut
from drip.domain.suppression import Reason
from drip.store import facts, prospects, suppressions
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact


@dataclass(frozen=True, slots=True)
class OptOutDone:
    """`code`: opted_out, or already."""

    code: str
    prospect_id: int
    email: str
    enrollment_id: int | None


async def opt_out(store: Store, whose: Whose, context: Context, now: datetime) -> OptOutDone:
    """Suppress the address and withdraw what is due or leased. After this unit no body starts, not even
    when the power fails just then.

    Doing it again changes nothing. Raises NotFoundError.
    """
    return await store.unit(lambda unit: stop(unit, whose, context, now), durable=True)


async def stop(unit: Unit, whose: Whose, context: Context, now: datetime) -> OptOutDone:
    """The same inside a unit of somebody else's."""
    target = await find(unit, whose)
    ident, belongs = target.prospect_id, target.enrollment_id
    first = await prospects.mark(unit, ident, "opted_out_at", now)
    await suppressions.add(unit, target.email, Reason.OPTED_OUT, context.who, now)
    if belongs is not None:
        await happen(unit, belongs, OptedOut(now), context)
    elif first:
        await facts.append(unit, [NewFact(now, "suppressed", context.who, ident, reason="opted_out")])
    return OptOutDone("opted_out" if first else "already", ident, target.email, belongs)
