"""Deliver: take a mailbox's due letters and send them until none are left."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from drip.actions.delivering.run import Sent, run
from drip.actions.delivering.supply import first_size, take_in_turn
from drip.actions.release import release
from drip.actions.sending import Sending
from drip.actions.settle import wait_before_retry
from drip.actions.slow_down import rest_all
from drip.actions.take import take
from drip.domain.answers import Class
from drip.domain.outcome import Care, Verdict
from drip.store import mailboxes


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run did, in letters; `paused` says why the mailbox was paused, if it was."""

    settled: int = 0
    held: int = 0
    released: int = 0
    paused: str | None = None
    errors: tuple[Exception, ...] = ()


def nobody(_mailbox_id: int | None) -> None:
    """Who works alone calls nobody."""


async def deliver(
    sending: Sending,
    mailbox_id: int | None,
    stopping: asyncio.Event,
    call: Callable[[int | None], None] = nobody,
) -> Delivered:
    """Send what is due from a mailbox (None: the shelf) until nothing is, its pace is used up, the
    server wants us to wait, or `stopping` is set (HOUSE 3-5). `call` is done with it where more may be due than was
    leased at first, which another worker may send meanwhile.

    At a stop what is only leased is given back, and bodies on the wire get `limits.drain`. An account
    that cannot be used, or a login or reputation that is refused, pauses the mailbox; its letters stay.
    """
    done = Delivered()
    while not stopping.is_set():
        first = await take_in_turn(sending, mailbox_id, first_size(sending.limits), stopping)
        if first.unusable is not None and mailbox_id is not None:
            return replace(done, paused=await _pause(sending, mailbox_id, first.unusable))
        if first.way_out is None:
            break
        if first.full:
            call(mailbox_id)
        sent = await run(sending, mailbox_id, first.way_out, first, stopping)
        done = _sum(done, sent, await _heed(sending, mailbox_id, sent))
        if not sent.more or sent.trouble is not None or sent.errors:
            break
    return done


async def _heed(sending: Sending, mailbox_id: int | None, sent: Sent) -> str | None:
    """Why the mailbox is paused now, if the server's answer asks for that; where it asks for time, it rests."""
    trouble = sent.trouble
    if mailbox_id is None or trouble is None:
        return None
    if trouble.cls is Class.RATE_LIMITED:
        await sending.store.unit(lambda unit: rest_all(unit, sending, mailbox_id, trouble))
    if trouble.mailbox is Care.PAUSE:
        return await _pause(sending, mailbox_id, trouble.why)
    await _put_off(sending, mailbox_id, trouble)
    return None


async def _put_off(sending: Sending, mailbox_id: int, trouble: Verdict) -> None:
    """Let what else is due wait as long as what was leased: it would meet the same trouble."""
    batch = await take(sending, mailbox_id)
    ids = [one.id for one in batch.leased]
    await release(sending, batch.token, ids, wait_before_retry(sending, trouble, 1))


async def _pause(sending: Sending, mailbox_id: int, why: str) -> str:
    async with sending.store.begin() as unit:
        await mailboxes.pause(unit, mailbox_id, why, sending.now())
    return why


def _sum(done: Delivered, sent: Sent, paused: str | None) -> Delivered:
    return Delivered(
        settled=done.settled + sent.settled,
        held=done.held + sent.held,
        released=done.released + sent.released,
        paused=paused,
        errors=done.errors + sent.errors,
    )
