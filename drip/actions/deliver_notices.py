"""Deliver notices: take what is due, write it once, and send it from each mailbox one after the other."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from drip.actions.noticing.ready import Post, Ready, prepare
from drip.actions.noticing.trip import Trip
from drip.actions.sending import Sending
from drip.store import leases, notice_leases, notices
from drip.store.engine import Unit
from drip.store.leases import Lease
from drip.store.notices import Notice

BATCH = 16  # notices leased at once; their letters are kept in memory


@dataclass(slots=True)
class Noticed:
    """What came of a round, in notices: those that went out, those that wait, and those that ended otherwise."""

    accepted: int = 0
    waiting: int = 0
    ended: int = 0
    errors: list[Exception] = field(default_factory=list)


async def deliver_notices(sending: Sending, stopping: asyncio.Event) -> Noticed:
    """Send what is due until nothing is, or `stopping` is set.

    The protocol is that of letters (HOUSE 3-6): leased, marked before the body, settled under the lease;
    one whose answer is lost is uncertain, is shown, and is never sent again.
    """
    total = Noticed()
    while not stopping.is_set():
        lease, batch = await _take(sending)
        if not batch:
            break
        post = Post(sending, lease.token, total.errors)
        ready = await prepare(post, batch)
        by_mailbox: dict[int | None, list[Ready]] = defaultdict(list)
        for one in ready:
            by_mailbox[one.notice.mailbox_id].append(one)
        trips = [Trip(post, mailbox_id, ones, stopping) for mailbox_id, ones in by_mailbox.items()]
        done = await asyncio.gather(*(trip.go() for trip in trips), return_exceptions=True)
        total.accepted += sum(trip.accepted for trip in trips)
        total.ended, total.waiting = total.ended + post.ended, total.waiting + post.waiting
        failed = [one for one in done if isinstance(one, Exception)]
        if failed:  # what they held is taken back once its lease ends
            total.errors += failed
            break
    return total


async def _take(sending: Sending) -> tuple[Lease, list[Notice]]:
    token = sending.token()

    async def work(unit: Unit) -> tuple[Lease, list[Notice]]:
        machine = await leases.machine_time(unit, sending.machine())
        lease = Lease(token, machine, machine + sending.limits.lease)
        ids = await notice_leases.take(unit, sending.now(), lease, BATCH)
        return lease, await notices.load(unit, ids) if ids else []

    return await sending.store.unit(work)
