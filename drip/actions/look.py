"""Look: what there is to do, about letters and about notices."""

from dataclasses import replace
from datetime import datetime

from drip.actions.sending import Sending
from drip.store import notices, sends
from drip.store.engine import Unit
from drip.store.sends import Outlook


async def look(
    unit: Unit, sending: Sending, machine: datetime, since: datetime | None = None
) -> tuple[Outlook, datetime | None]:
    """What there is to do at a machine time, and when something about notices is due next, perhaps past.

    `since` spares a look at enrollments before it, see store.sends. Notices cost one look into indexes.
    """
    now = sending.now()
    view = await sends.outlook(unit, now, machine, since)
    if not sending.notices:
        return view, None
    found = await notices.outlook(unit, now, machine)
    next_at = min((at for at in (view.next_at, found.next_at) if at is not None), default=None)
    return replace(view, moves=view.moves or found.moves, next_at=next_at, notices=found.ready), found.next_at
