"""Rescue: take expired leases back, so that nothing a dead worker held is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime

from drip.actions.happen import Context, change, keep
from drip.actions.sending import Sending
from drip.domain.facts import EmailSent
from drip.store import enrollments, landings, leases, rescues
from drip.store.engine import Unit
from drip.store.landings import Attempt
from drip.store.rescues import Stuck

EVER = datetime(9999, 12, 31, tzinfo=UTC)
BATCH = 200
_LOST = "The process that was sending it ended before the answer was written down."


@dataclass(frozen=True, slots=True)
class Rescued:
    """How many sends were due again, and how many are uncertain (R40)."""

    due: int = 0
    uncertain: int = 0


async def rescue(sending: Sending, *, all_leases: bool = False) -> Rescued:
    """leased -> due, handing -> uncertain, for leases that ended; any number of rescuers may run.

    `all_leases`: also those that still run. Only for the one process that owns a SQLite file, at its
    start: whoever held them is gone. An uncertain letter counts as a touch, not as accepted.
    """
    total = Rescued()
    if not all_leases:
        async with sending.store.peek() as unit:
            if not await rescues.any_over(unit, sending.machine()):
                return total
    while True:
        found = await sending.store.unit(lambda unit: _rescue(unit, sending, all_leases))
        if found is None:
            return total
        total = Rescued(total.due + found.due, total.uncertain + found.uncertain)


async def _rescue(unit: Unit, sending: Sending, all_leases: bool) -> Rescued | None:
    machine = await leases.machine_time(unit, sending.machine())
    over = EVER if all_leases else machine
    stuck = await rescues.expired(unit, over, BATCH)
    if not stuck:
        return None
    now = sending.now()
    opens = await enrollments.readable(unit, {one.enrollment_id for one in stuck}, lock=True)
    ids = [one.id for one in stuck if one.enrollment_id in opens]  # the others wait until they can be read
    due = await rescues.free_leased(unit, ids, over)
    parked = await rescues.park_handing(unit, ids, over, now, ended=machine)
    if not due and not parked:
        return None
    await rescues.schedule_again(unit, parked, machine + sending.limits.again_after)
    lost = [one for one in stuck if one.id in parked]
    await landings.record(unit, [_attempt(one, machine) for one in lost])
    changes = [
        change(opens[one.enrollment_id], EmailSent(now, one.key, False, one.run), Context("service", send_id=one.id))
        for one in lost
    ]
    await keep(unit, changes, now)
    return Rescued(len(due), len(parked))


def _attempt(stuck: Stuck, machine: datetime) -> Attempt:
    return Attempt(
        send_id=stuck.id,
        number=stuck.attempts,
        lease_token=stuck.lease_token or "",
        outcome="uncertain",
        phase="body",
        code=None,
        enhanced=None,
        text=_LOST,
        began_at=stuck.handed_at or machine,
        ended_at=machine,
    )
