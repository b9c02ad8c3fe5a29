"""Say where copies of a mailbox's letters go, or that none are made."""

from datetime import datetime

from drip.actions.pause_mailbox import find_mailbox
from drip.store import sent_copies
from drip.store.engine import Store, Unit
from drip.store.sent_copies import SentPlace


async def change_sent_copy(store: Store, name: str, place: SentPlace | None, now: datetime) -> bool:
    """Copy letters accepted from now on to `place`, its secret encrypted already; None: no more.

    False when nothing was changed by it. What had been given up is tried again. Raises NotFoundError.
    """

    async def work(unit: Unit) -> bool:
        box = await find_mailbox(unit, name)
        if place is None:
            return await sent_copies.end(unit, box.id)
        await sent_copies.put(unit, box.id, place, now)
        return True

    return await store.unit(work)
