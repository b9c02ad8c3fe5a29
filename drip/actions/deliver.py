"""Deliver: take a mailbox's due letters and send them, batch by batch, until none are left."""

import asyncio
from dataclasses import dataclass, replace

from drip.actions.send_batch import Sent, send_batch
from drip.actions.sending import Sending
from drip.actions.slow_down import rest_all
from drip.actions.take import Batch, take
from drip.domain.answers import Class
from drip.domain.outcome import Care
from drip.store import mailboxes


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did, in letters; `paused` says why the mailbox was paused, if it was."""

    settled: int = 0
    held: int = 0
    released: int = 0
    paused: str | None = None
    errors: tuple[Exception, ...] = ()


async def deliver(sending: Sending, mailbox_id: int | None, stopping: asyncio.Event) -> Delivered:
    """Send what is due from a mailbox (None: the shelf) until nothing is, its pace is used up, the
    server wants us to wait, or `stopping` is set (HOUSE 3-5).

    At a stop what is only leased is given back, and bodies on the wire get `limits.drain`. An account
    that cannot be used, or a login or reputation that is refused, pauses the mailbox; its letters stay.
    """
    done = Delivered()
    while not stopping.is_set():
        batch = await take(sending, mailbox_id)
        if batch.unusable is not None and mailbox_id is not None:
            return replace(done, paused=await _pause(sending, mailbox_id, batch.unusable))
        if batch.way_out is None or (not batch.drafts and not batch.spoilt):
            return _sum(done, batch, None, None)
        sent = await send_batch(sending, batch.way_out, batch, stopping)
        paused = await _heed(sending, mailbox_id, sent)
        done = _sum(done, batch, sent, paused)
        if not batch.full or sent.trouble is not None or sent.errors:
            break
    return done


async def _heed(sending: Sending, mailbox_id: int | None, sent: Sent) -> str | None:
    """Why the mailbox is paused now, if the server's answer asks for that; where it asks for time, it rests."""
    trouble = sent.trouble
    if mailbox_id is None or trouble is None:
        return None
    if trouble.cls is Class.RATE_LIMITED:
        await sending.store.unit(lambda unit: rest_all(unit, sending, mailbox_id, trouble))
    if trouble.mailbox is not Care.PAUSE:
        return None
    return await _pause(sending, mailbox_id, trouble.why)


async def _pause(sending: Sending, mailbox_id: int, why: str) -> str:
    async with sending.store.begin() as unit:
        await mailboxes.pause(unit, mailbox_id, why, sending.now())
    return why


def _sum(done: Delivered, batch: Batch, sent: Sent | None, paused: str | None) -> Delivered:
    return Delivered(
        settled=done.settled + (sent.settled if sent else 0),
        held=done.held + batch.held,
        released=done.released + (sent.released if sent else 0),
        paused=paused,
        errors=done.errors + (sent.errors if sent else ()),
    )
