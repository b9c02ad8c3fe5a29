"""Copy what was accepted into the rep's folder of sent mail: each letter once, and never in the way of sending."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from drip.actions.draft import OWN_FAULT
from drip.actions.sending import Sending
from drip.actions.write_letter import write_letter
from drip.domain.errors import DripError
from drip.imap.account import ImapError, Where
from drip.imap.apart import apart
from drip.outbound.sent import Copy, Kept
from drip.store import leases, letters, mailboxes, sent_copies
from drip.store.engine import Unit
from drip.store.leases import Stamp
from drip.store.mailboxes import Mailbox
from drip.store.sent_copies import SentFolder

AT_ONCE = 4  # mailboxes
BATCH = 50  # letters
LEASE = timedelta(minutes=10)  # machine time; longer than a batch can take, so that two never copy the same letter
WITHIN = 120.0  # seconds in which a letter of a batch may be begun
PATIENCE = 20.0  # seconds for each answer of the server
RETRY_FIRST, RETRY_MOST = timedelta(minutes=1), timedelta(hours=1)
TRIES = 3  # how often a server may refuse one letter
GIVE_UP = timedelta(days=5)  # business time a letter may wait while its server is in trouble


@dataclass(frozen=True, slots=True)
class Copied:
    """What one round did, by mailbox: letters copied; letters given up; new trouble, in words."""

    copied: dict[int, int] = field(default_factory=dict)
    given_up: dict[int, int] = field(default_factory=dict)
    troubled: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Leased:
    """What was leased: the mailbox's folder, and the sends that wait."""

    folder: SentFolder
    box: Mailbox
    token: str
    ids: tuple[int, ...]


async def copy_sent(sending: Sending) -> Copied:
    """Copy what waits, for some mailboxes at once; any number of schedulers may do so.

    A row says what is still to be copied, a lease that nobody else is at it, and the folder is asked before each
    letter whether it stands there. Trouble with a server is kept with the mailbox, and tried again later.
    """
    done = Copied()
    async with sending.store.peek() as unit:
        machine = await leases.machine_time(unit, sending.machine())
        found = await sent_copies.ready(unit, machine)
    await asyncio.gather(*(_copy(sending, one.mailbox_id, done) for one in found[:AT_ONCE]))
    return done


async def _copy(sending: Sending, mailbox_id: int, done: Copied) -> None:
    from drip.outbound.imap import keep_all  # late: few services copy

    leased = await sending.store.unit(lambda unit: _lease(unit, sending, mailbox_id))
    if leased is None:
        return
    kept, spoilt = Kept(), dict[int, str]()
    if leased.ids:
        try:
            account = sending.sent_account(leased.folder, leased.box)
        except DripError as error:
            kept = Kept(trouble=ImapError(Where.LOGIN, str(error)))
        else:
            copies, spoilt = await _written(sending, leased.ids)
            kept = await apart(partial(keep_all, account, copies, PATIENCE, WITHIN)) if copies else kept
    await sending.store.unit(lambda unit: _end(unit, sending, leased, (kept, spoilt), done))


async def _lease(unit: Unit, sending: Sending, mailbox_id: int) -> _Leased | None:
    """Take the mailbox's copies, with what was accepted since. None: somebody else is at it."""
    machine, token = await leases.machine_time(unit, sending.machine()), sending.token()
    folder = await sent_copies.lease(unit, mailbox_id, token, machine, machine + LEASE)
    box = await mailboxes.get(unit, mailbox_id)
    if folder is None or box is None:
        return None
    await sent_copies.note(unit, folder, sending.now())
    return _Leased(folder, box, token, tuple(await sent_copies.waiting(unit, mailbox_id, BATCH)))


async def _written(sending: Sending, ids: Sequence[int]) -> tuple[list[Copy], dict[int, str]]:
    """The letters as they were sent, from the values kept with them; and why others cannot be written again."""
    async with sending.store.reading() as unit:
        loaded = await letters.load(unit, ids)
        sources = [await letters.source(unit, one.version_id, one.step_key) for one in loaded]
    copies, spoilt = list[Copy](), dict.fromkeys(ids, "What it was written from is not there any more.")
    for leased, source in zip(loaded, sources, strict=True):
        await asyncio.sleep(0)  # whoever sends goes first
        if leased.message_id is None or leased.dated_at is None or leased.letter_values is None:
            continue
        stamp = Stamp(leased.id, leased.message_id, leased.dated_at, dict(leased.letter_values))
        try:
            letter = write_letter(sending, leased, stamp, source).letter
        except OWN_FAULT as error:
            spoilt[leased.id] = f"It cannot be written again: {error}"
        else:
            del spoilt[leased.id]
            copies.append(Copy(leased.id, leased.message_id, leased.dated_at, letter.data))
    return copies, spoilt


async def _end(unit: Unit, sending: Sending, leased: _Leased, came: tuple[Kept, dict[int, str]], done: Copied) -> None:
    """Write down what became of it, and let the mailbox go."""
    (kept, spoilt), folder, mailbox_id = came, leased.folder, leased.box.id
    machine, now = await leases.machine_time(unit, sending.machine()), sending.now()
    await sent_copies.copied(unit, kept.copied)
    given_up = await sent_copies.refused(unit, spoilt, 1)
    given_up += await sent_copies.refused(unit, dict(kept.refused), TRIES)
    state: dict[str, Any] = {}
    if kept.trouble is not None:
        wait = _wait(folder.failures, kept.trouble.where)
        state = {"failures": folder.failures + 1, "trouble": str(kept.trouble), "retry_at": machine + wait}
        given_up += await sent_copies.give_up(unit, mailbox_id, now - GIVE_UP, str(kept.trouble))
    elif kept.copied or kept.refused:
        state = {"failures": 0, "trouble": None, "retry_at": machine + RETRY_FIRST if kept.refused else None}
    if await sent_copies.release(unit, mailbox_id, leased.token, **state):
        _tell(done, folder, kept, given_up)


def _tell(done: Copied, folder: SentFolder, kept: Kept, given_up: int) -> None:
    if kept.copied:
        done.copied[folder.mailbox_id] = len(kept.copied)
    if given_up:
        done.given_up[folder.mailbox_id] = given_up
    if kept.trouble is not None and folder.trouble != str(kept.trouble):
        done.troubled[folder.mailbox_id] = str(kept.trouble)


def _wait(failures: int, where: Where) -> timedelta:
    """Longer each time; a login or a folder that is wrong is not mended by trying again soon."""
    if where in (Where.LOGIN, Where.FOLDER):
        return RETRY_MOST
    return min(RETRY_FIRST * 2.0 ** min(failures, 16), RETRY_MOST)
