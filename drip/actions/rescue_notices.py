"""Rescue notices: take expired leases back, as those of letters are."""

from dataclasses import dataclass

from drip.actions.rescue import EVER
from drip.actions.sending import Sending
from drip.store import leases, notice_leases
from drip.store.engine import Unit


@dataclass(frozen=True, slots=True)
class RescuedNotices:
    """How many notices were due again, and how many are uncertain."""

    due: int = 0
    uncertain: int = 0


async def rescue_notices(sending: Sending, *, all_leases: bool = False) -> RescuedNotices:
    """leased -> due, handing -> uncertain, for leases that ended; any number of rescuers may run.

    `all_leases`: also those that still run. Only for the one process that owns a SQLite file, at its start.
    """
    if not all_leases:
        async with sending.store.peek() as unit:
            if not await notice_leases.any_over(unit, sending.machine()):
                return RescuedNotices()

    async def work(unit: Unit) -> RescuedNotices:
        over = EVER if all_leases else await leases.machine_time(unit, sending.machine())
        return RescuedNotices(*await notice_leases.rescue(unit, over, sending.now()))

    return await sending.store.unit(work)
