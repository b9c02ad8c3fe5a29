"""Say that a mailbox cannot send before a time: its letters wait, each with the reason (R37)."""

from datetime import datetime

from drip.actions.happen import Context, change, keep
from drip.domain.facts import MailboxWentDown
from drip.store import enrollments, targets
from drip.store.engine import Store, Unit

BATCH = 200


async def mailbox_down(store: Store, mailbox_id: int | None, until: datetime, context: Context, now: datetime) -> int:
    """Hold the letters of a mailbox (None: the shelf) until an aware time; how many files it held.

    Works in units of 200 files; doing it again is harmless.
    """
    told, last = 0, 0
    while True:

        async def work(unit: Unit, after: int = last) -> list[int]:
            ids = await targets.of_mailbox(unit, mailbox_id, after, BATCH)
            found = await enrollments.load(unit, ids, lock=True)
            fact = MailboxWentDown(now, until)
            await keep(unit, [change(one, fact, context) for one in found], now)
            return [one.id for one in found]

        ids = await store.unit(work)
        if not ids:
            return told
        told, last = told + len(ids), ids[-1]
