"""Send nothing from a mailbox until somebody resumes it; its letters wait."""

from datetime import datetime

from drip.actions.whose import NotFoundError
from drip.store import mailboxes
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox


async def pause_mailbox(store: Store, name: str, reason: str, now: datetime) -> tuple[Mailbox, bool]:
    """Pause the mailbox of that name for a reason that is shown; False when it was paused already.

    Raises NotFoundError.
    """

    async def work(unit: Unit) -> tuple[Mailbox, bool]:
        box = await find_mailbox(unit, name)
        changed = await mailboxes.pause(unit, box.id, reason, now)
        return await find_mailbox(unit, name), changed

    return await store.unit(work)


async def find_mailbox(unit: Unit, name: str) -> Mailbox:
    """The mailbox of that name. Raises NotFoundError, which lists those there are."""
    box = await mailboxes.by_name(unit, name)
    if box is None:
        known = ", ".join(one.name for one in await mailboxes.listing(unit)) or "none yet; `drip mailbox add` adds one"
        raise NotFoundError(f'There is no mailbox "{name}". Mailboxes: {known}.')
    return box
