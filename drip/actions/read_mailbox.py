"""Read a mailbox: what comes in to its folder at an IMAP server is handled, under a lease, each mail at least once."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from drip.actions.reading.reader import Leased, Reader, Reading
from drip.inbound.source import Handle
from drip.store import leases, mailboxes, read_folders
from drip.store.engine import Unit
from drip.store.failures import StoreError

LEASE = timedelta(seconds=60)  # machine time; a process that died is missed no longer


async def read_mailbox(reading: Reading, mailbox_id: int, handle: Handle, stop: asyncio.Event) -> None:
    """Read until `stop` is set, somebody else has the lease, or there is trouble, which is kept with the mailbox.

    A mail is moved, or the mark set behind it, once `handle` has returned; so it is handled again after a kill in
    between, which `handle` knows. Raises StoreError when the lease cannot be taken.
    """
    leased = await reading.store.unit(lambda unit: _lease(unit, reading, mailbox_id))
    if leased is None:
        return
    ended = asyncio.Event()
    keeping = asyncio.create_task(_keep(reading, leased, stop, ended))
    try:
        await Reader(reading, leased, handle, ended).run()
    finally:
        keeping.cancel()
        with suppress(StoreError):  # then it runs out
            await reading.store.unit(lambda unit: read_folders.release(unit, mailbox_id, leased.token))


async def _lease(unit: Unit, reading: Reading, mailbox_id: int) -> Leased | None:
    machine, token = await leases.machine_time(unit, reading.machine()), reading.token()
    folder = await read_folders.lease(unit, mailbox_id, token, machine, machine + LEASE)
    box = await mailboxes.get(unit, mailbox_id)
    return None if folder is None or box is None else Leased(folder, box, token)


async def _keep(reading: Reading, leased: Leased, stop: asyncio.Event, ended: asyncio.Event) -> None:
    """Renew the lease until we are to stop or it is gone; `ended` is set then."""

    async def renew(unit: Unit) -> bool:
        machine = await leases.machine_time(unit, reading.machine())
        return await read_folders.renew(unit, leased.box.id, leased.token, machine + LEASE)

    try:
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), reading.renew.total_seconds())
            with suppress(StoreError):  # the next time says whether it was lost
                if not stop.is_set() and not await reading.store.unit(renew):
                    break
    finally:
        ended.set()
