"""Send again: what is uncertain, where the mailbox's policy says so and the wait is over (R40)."""

from drip.actions.sending import Sending
from drip.store import leases, rescues
from drip.store.engine import Unit

BATCH = 200


async def send_again(sending: Sending) -> int:
    """uncertain -> due, once a letter; with the same Message-ID, date and text. How many there were."""

    async def work(unit: Unit) -> int:
        machine = await leases.machine_time(unit, sending.machine())
        return len(await rescues.send_again(unit, machine, BATCH))

    return await sending.store.unit(work)
