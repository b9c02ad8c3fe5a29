"""Say where a mailbox's mail is read from now on, having tried it; or that it is read no more."""

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from functools import partial

from drip.actions.pause_mailbox import find_mailbox
from drip.imap.account import ImapAccount
from drip.imap.apart import apart
from drip.inbound.imap import open_inbox
from drip.store import leases, read_folders
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox
from drip.store.read_folders import Mark, ReadPlace

PATIENCE = 15.0  # seconds for an answer of the server, with a person waiting


@dataclass(frozen=True, slots=True)
class Begun:
    """What there is to read: how many mails stand there, which are taken in where handled mail is moved. Not `is_new`:
    it was read before, and goes on where it was."""

    standing: int
    is_new: bool


async def read_from(
    store: Store, name: str, place: ReadPlace, account: Callable[[ReadPlace, Mailbox], ImapAccount], single: datetime
) -> Begun:
    """Read a mailbox's mail at `place`, its secret encrypted already; the folder for handled mail is made if need be.

    Where mail stays, it begins at what comes after this. `account` finds how to log in; `single` is the clock of a
    single process. Raises NotFoundError, ImapError and what `account` raises; then nothing was changed.
    """
    async with store.reading() as unit:
        box = await find_mailbox(unit, name)
        kept = await read_folders.of(unit, box.id)
    mark, standing = await apart(partial(_try, account(place, box), place.handled))
    same = kept is not None and _without_secret(kept) == _without_secret(place)

    async def work(unit: Unit) -> None:
        if same:
            await read_folders.change(unit, box.id, secret=place.secret)
        else:
            machine = await leases.machine_time(unit, single)
            await read_folders.put(unit, box.id, place, None if place.handled else mark, machine)

    await store.unit(work)
    return Begun(standing, not same)


async def read_no_more(store: Store, name: str) -> bool:
    """Let a mailbox's mail be; False when it was not read. Raises NotFoundError."""

    async def work(unit: Unit) -> bool:
        return await read_folders.end(unit, (await find_mailbox(unit, name)).id)

    return await store.unit(work)


def _try(account: ImapAccount, handled: str | None) -> tuple[Mark, int]:
    inbox = open_inbox(account, handled, PATIENCE)
    try:
        return Mark(inbox.validity, inbox.next_uid - 1), len(inbox.after(0))
    finally:
        inbox.close()


def _without_secret(place: ReadPlace) -> tuple[object, ...]:
    only = ReadPlace(**{name: getattr(place, name) for name in ReadPlace.__dataclass_fields__})
    return astuple(replace(only, secret=None))
