"""Pace: how many letters a mailbox may take now, counted from what its sends say (HOUSE 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text

from drip.domain.send import State
from drip.store.columns import UtcTime, listed
from drip.store.engine import Unit
from drip.store.mailboxes import Mailbox
from drip.store.tables import mailboxes, sends
from drip.store.tables.sends import LEASED

SPANS = ((timedelta(minutes=1), "per_minute"), (timedelta(days=1), "per_day"))


@dataclass(frozen=True, slots=True)
class Room:
    """A mailbox somebody may take from, and for how many letters; None: as many as there are."""

    mailbox: Mailbox
    letters: int | None


async def find_room(unit: Unit, mailbox_id: int, machine: datetime) -> Room | None:
    """Keep other takers of this mailbox away until the unit ends, and count what its pace leaves.

    None: somebody else is taking, or the mailbox is paused or gone. Leased, handing, uncertain and
    accepted letters all count; `machine` is machine time.
    """
    mailbox = await unit.row(_LOCK, {"mailbox": mailbox_id})
    if mailbox is None:
        return None
    found = Mailbox(*mailbox)
    limits = [(getattr(found, name), machine - span) for span, name in SPANS]
    left = [most - await _counted(unit, mailbox_id, since) for most, since in limits if most is not None]
    return Room(found, max(0, min(left)) if left else None)


async def _counted(unit: Unit, mailbox_id: int, since: datetime) -> int:
    found: int = await unit.value(_COUNT, {"mailbox": mailbox_id, "since": since})
    return found


_COLUMNS = [mailboxes.c[name] for name in Mailbox.__dataclass_fields__]
_MAILBOX: Any = bindparam("mailbox")
_LOCK = (
    select(*_COLUMNS)
    .where(mailboxes.c.id == _MAILBOX, mailboxes.c.state == "active")
    .with_for_update(key_share=True, skip_locked=True)
)
_HELD = select(func.count()).where(sends.c.mailbox_id == _MAILBOX, text(LEASED))
_GONE = select(func.count()).where(
    sends.c.mailbox_id == _MAILBOX,
    sends.c.handed_at > bindparam("since", type_=UtcTime),
    text(f"state IN ({listed((State.ACCEPTED, State.UNCERTAIN))})"),
)
_COUNT = select(_HELD.scalar_subquery() + _GONE.scalar_subquery())
