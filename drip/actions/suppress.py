"""Suppress an address or a whole domain by hand: nothing is sent there any more."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context, happen
from drip.domain.facts import Suppressed
from drip.domain.suppression import Reason, normal
from drip.store import suppressions, targets
from drip.store.engine import Store, Unit


@dataclass(frozen=True, slots=True)
class SuppressDone:
    """What was suppressed, and how many open files that stopped. `already`: it was before; `known`: some prospect
    has this address, or one at this domain."""

    what: str
    already: bool
    stopped: int
    known: bool


async def suppress(
    store: Store, target: str, context: Context, now: datetime, reason: Reason = Reason.BY_HAND
) -> SuppressDone:
    """Suppress "ann@example.com" or "example.com" (its subdomains too).

    Letters due or leased are withdrawn in the same unit. Raises AddressError.
    """
    what = normal(target)

    async def work(unit: Unit) -> SuppressDone:
        await targets.lock_people(unit, await targets.open_files(unit, what))
        added = await suppressions.add(unit, what, reason, context.who, now)
        stopped = await targets.open_files(unit, what)
        for enrollment_id in stopped:
            await happen(unit, enrollment_id, Suppressed(now, reason.value), context)
        is_address = "@" in what
        known = await (targets.by_email(unit, what) if is_address else targets.is_anybody_at(unit, what))
        return SuppressDone(what, not added, len(stopped), bool(known))

    return await store.unit(work)
