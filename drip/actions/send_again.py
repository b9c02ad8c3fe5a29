"""Send again: what is uncertain, where the mailbox's policy says so and the wait is over (R40)."""

from datetime import datetime

from drip.actions.sending import Sending
from drip.domain.window import may_go_at
from drip.store import enrollments, facts, leases, rescues
from drip.store.engine import Unit
from drip.store.facts import NewFact
from drip.store.rescues import Stuck

BATCH = 200


async def send_again(sending: Sending) -> int:
    """uncertain -> due, once a letter; with the same Message-ID, date and text. How many there were.

    The enrollment waits for it as for any letter on its way, through the night where it must (R9); the
    timeline says that it goes again.
    """
    async with sending.store.peek() as unit:
        if not await rescues.any_lost(unit, sending.machine()):
            return 0

    async def work(unit: Unit) -> int:
        machine = await leases.machine_time(unit, sending.machine())
        found = await rescues.lost(unit, machine, BATCH)
        opens = await enrollments.readable(unit, {one.enrollment_id for one in found}, lock=True)
        now = sending.now()
        due = {
            one.id: may_go_at(opens[one.enrollment_id].terms, one.run, one.key, now)
            for one in found
            if one.enrollment_id in opens
        }
        moved = await rescues.send_again(unit, due, now, machine)
        gone = [one for one in found if one.id in moved]
        await enrollments.set_next(unit, {one.enrollment_id: None for one in gone})
        await facts.append(unit, [_goes_again(one, sending.now()) for one in gone])
        return len(gone)

    return await sending.store.unit(work)


def _goes_again(one: Stuck, now: datetime) -> NewFact:
    about = (one.prospect_id, one.enrollment_id, one.id)
    return NewFact(now, "goes_again", "service", *about, reason="policy", data={"step": one.step_key})
