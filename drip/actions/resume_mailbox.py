"""Send from a paused mailbox again."""

from drip.actions.pause_mailbox import find_mailbox
from drip.store import mailboxes
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox


async def resume_mailbox(store: Store, name: str) -> tuple[Mailbox, bool]:
    """Let the mailbox of that name send again; False when it was not paused. Raises NotFoundError."""

    async def work(unit: Unit) -> tuple[Mailbox, bool]:
        box = await find_mailbox(unit, name)
        changed = await mailboxes.resume(unit, box.id)
        return await find_mailbox(unit, name), changed

    return await store.unit(work)
