"""Show a mailbox: its pace as it is now, what waits for it, and what was never answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from drip.actions.pause_mailbox import find_mailbox
from drip.domain.pace import day_limit
from drip.domain.send import State
from drip.store import leases, mailboxes, pace, read_folders, rests, sent_copies, waiting
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox
from drip.store.read_folders import ReadFolder
from drip.store.sent_copies import SentFolder
from drip.store.tables.sent_copies_tables import STATES


@dataclass(frozen=True, slots=True)
class Copies:
    """Where copies of a mailbox's letters go, and how many are in each state."""

    folder: SentFolder
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A mailbox as it stands. `day_limit`: letters in 24 hours, at today's warm-up; `sent` those counted in
    the last 24. `states` are its letters that are not final; `resting` until when, machine time ("": all)."""

    mailbox: Mailbox
    copies: Copies | None
    reading: ReadFolder | None
    day_limit: int | None
    sent: int
    states: Mapping[State, int]
    resting: Mapping[str, datetime]


async def show_mailbox(store: Store, name: str, machine: datetime) -> Standing:
    """One mailbox; `machine` is the clock of a single process. Raises NotFoundError."""
    async with store.reading() as unit:
        return await _standing(unit, await find_mailbox(unit, name), machine)


async def show_mailboxes(store: Store, machine: datetime) -> list[Standing]:
    """All of them, by name."""
    async with store.reading() as unit:
        return [await _standing(unit, box, machine) for box in await mailboxes.listing(unit)]


async def _standing(unit: Unit, box: Mailbox, single: datetime) -> Standing:
    machine = await leases.machine_time(unit, single)
    return Standing(
        mailbox=box,
        copies=await _copies(unit, box.id),
        reading=await read_folders.of(unit, box.id),
        day_limit=day_limit(box.per_day, box.warms_up, box.warm_up_on, machine.date()),
        sent=await pace.sent_today(unit, box.id, machine),
        states=await waiting.by_state(unit, box.id),
        resting=await rests.resting(unit, box.id, machine),
    )


async def _copies(unit: Unit, mailbox_id: int) -> Copies | None:
    folder = await sent_copies.of(unit, mailbox_id)
    if folder is None:
        return None
    return Copies(folder, dict.fromkeys(STATES, 0) | await sent_copies.counted(unit, mailbox_id))
