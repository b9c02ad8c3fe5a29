"""Release: give back leased letters that were not tried, at once or after a wait."""

from collections.abc import Collection
from datetime import timedelta

from drip.actions.sending import Sending
from drip.store import leases
from drip.store.engine import Unit


async def release(sending: Sending, token: str, ids: Collection[int], wait: timedelta | None = None) -> frozenset[int]:
    """Give back what is still leased under `token`; the ids that moved.

    `wait` is machine time before anybody takes them again; None: at once.
    """
    if not ids:
        return frozenset()

    async def work(unit: Unit) -> frozenset[int]:
        machine = await leases.machine_time(unit, sending.machine())
        return await leases.release(unit, token, ids, None if wait is None else machine + wait)

    return await sending.store.unit(work)
