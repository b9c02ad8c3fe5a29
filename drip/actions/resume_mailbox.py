"""Send from a paused mailbox again; the letters that waited are planned anew (R12)."""

from datetime import datetime

from drip.actions.happen import SYSTEM, change, keep
from drip.actions.pause_mailbox import find_mailbox
from drip.domain.facts import EmailTakenBack
from drip.store import enrollments, mailboxes, rests, sends
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox

BATCH = 200


async def resume_mailbox(store: Store, name: str, now: datetime) -> tuple[Mailbox, bool]:
    """Let the mailbox of that name send again; False when it was not paused. Raises NotFoundError.

    Each letter that waited goes at its minute of what is left of the opening, not all at once.
    """
    async with store.reading() as unit:
        box = await find_mailbox(unit, name)
    if box.state == "paused":
        while await store.unit(lambda unit: _plan_anew(unit, box.id, now)):
            pass

    async def work(unit: Unit) -> tuple[Mailbox, bool]:
        changed = await mailboxes.resume(unit, box.id, now)
        if changed:
            await rests.end(unit, box.id)
        return await find_mailbox(unit, name), changed

    return await store.unit(work)


async def _plan_anew(unit: Unit, mailbox_id: int, now: datetime) -> int:
    """Take back letters that waited, while nobody can take them; how many."""
    opens = await enrollments.load(unit, await sends.waiting_for(unit, mailbox_id, now, BATCH), lock=True)
    moved = await sends.withdraw(unit, [one.id for one in opens], "superseded", now)
    await keep(unit, [change(one, EmailTakenBack(now), SYSTEM) for one in opens if one.id in moved], now)
    return len(moved)
