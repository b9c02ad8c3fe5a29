"""Explain waiting: tell why a due letter has not gone, when its mailbox is paused or at its pace (R37)."""

from datetime import datetime, timedelta
from functools import partial

from drip.actions.sending import Sending
from drip.store import facts, leases, waiting
from drip.store.engine import Unit
from drip.store.facts import NewFact
from drip.store.pace import find_room
from drip.store.waiting import Waiting

PATIENCE = timedelta(minutes=1)  # business time a letter may be due before its wait needs a reason
BATCH = 500


async def explain_waiting(sending: Sending) -> int:
    """Write `held` with `mailbox_down` or `pace`, once for a letter and reason. How many there were."""
    async with sending.store.peek() as unit:
        behind = await waiting.mailboxes_behind(unit, sending.now() - PATIENCE)
    told = 0
    for mailbox_id, paused in behind.items():
        told += await sending.store.unit(partial(_explain, sending=sending, mailbox_id=mailbox_id, paused=paused))
    return told


async def _explain(unit: Unit, sending: Sending, mailbox_id: int, paused: bool) -> int:
    now, reason = sending.now(), "mailbox_down" if paused else "pace"
    found = await waiting.unexplained(unit, mailbox_id, reason, now - PATIENCE, BATCH)
    if found and not paused:
        found = await _at_its_pace(unit, sending, mailbox_id, found)
    await facts.append(unit, [_held(one, reason, now) for one in found])
    return len(found)


async def _at_its_pace(unit: Unit, sending: Sending, mailbox_id: int, found: list[Waiting]) -> list[Waiting]:
    """Those that wait because the mailbox, or what it sends to their domain, is at its pace."""
    machine = await leases.machine_time(unit, sending.machine())
    room = await find_room(unit, mailbox_id, machine)
    return [] if room is None else [one for one in found if room.is_full_for(one.email)]


def _held(one: Waiting, reason: str, now: datetime) -> NewFact:
    about = (one.prospect_id, one.enrollment_id, one.send_id)
    return NewFact(now, "held", "service", *about, reason=reason, data={"step": one.step_key})
