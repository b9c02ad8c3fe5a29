"""Folders that mail is read from by IMAP: where they are, how far they are read, and who is at it."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, or_, update

from drip.store.batch import columns_of
from drip.store.engine import Unit
from drip.store.records import read_all, read_one
from drip.store.tables import read_folders

_FREE = {"lease_token": None, "lease_until": None}
_WELL = {"failures": 0, "trouble": None, "retry_at": None}


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder is read: up to a UID, under the UIDVALIDITY it belongs to (RFC 9051 section 2.3.1.1)."""

    validity: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """What is read. No `login`: the mailbox's own. `secret` is encrypted already. `handled`: the folder mail is moved
    to when it was handled; None: it stays where it is, since a person reads there, too."""

    host: str
    port: int
    security: str  # none, starttls or tls
    folder: str
    login: str | None = None
    secret: str | None = None
    handled: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFolder(ReadPlace):
    """A place as kept, for a mailbox; all times are machine time. `failures` in a row, the last of which was
    `trouble`."""

    mailbox_id: int = 0
    validity: int | None = None
    last_uid: int | None = None
    since: datetime | None = None
    read_at: datetime | None = None
    failures: int = 0
    trouble: str | None = None
    retry_at: datetime | None = None

    @property
    def mark(self) -> Mark | None:
        """How far it is read; None: nobody has looked, or mail is moved away."""
        if self.validity is None or self.last_uid is None:
            return None
        return Mark(self.validity, self.last_uid)


async def put(unit: Unit, mailbox_id: int, place: ReadPlace, mark: Mark | None, machine: datetime) -> None:
    """Read mail from this place on, behind `mark`; whoever reads another one for the mailbox has to stop."""
    values = {one.name: getattr(place, one.name) for one in fields(ReadPlace)} | _of(mark)
    anew = values | _WELL | _FREE | {"since": machine, "read_at": None}
    changed = await unit.run(update(read_folders).where(read_folders.c.mailbox_id == mailbox_id).values(anew))
    if changed.rowcount == 0:
        await unit.run(insert(read_folders).values(mailbox_id=mailbox_id, since=machine, **values))


async def change(unit: Unit, mailbox_id: int, **values: str | None) -> None:
    """Log in otherwise from now on, say, and go on where we were."""
    anew = values | _WELL | _FREE
    await unit.run(update(read_folders).where(read_folders.c.mailbox_id == mailbox_id).values(anew))


async def end(unit: Unit, mailbox_id: int) -> bool:
    """Read no more; False when nothing was read before."""
    return (await unit.run(delete(read_folders).where(read_folders.c.mailbox_id == mailbox_id))).rowcount > 0


async def of(unit: Unit, mailbox_id: int) -> ReadFolder | None:
    """What is read for a mailbox; None: nothing."""
    return await read_one(unit, read_folders, ReadFolder, read_folders.c.mailbox_id == mailbox_id)


async def listing(unit: Unit) -> list[ReadFolder]:
    """All that is read."""
    return await read_all(unit, read_folders, ReadFolder, order=(read_folders.c.mailbox_id,))


async def ready(unit: Unit, machine: datetime) -> list[int]:
    """Mailboxes whose folder nobody reads, and that need not wait (machine time)."""
    may = or_(read_folders.c.retry_at.is_(None), read_folders.c.retry_at <= machine)
    found = await read_all(unit, read_folders, ReadFolder, _is_free(machine), may, order=(read_folders.c.mailbox_id,))
    return [one.mailbox_id for one in found]


async def lease(unit: Unit, mailbox_id: int, token: str, machine: datetime, until: datetime) -> ReadFolder | None:
    """The right to read a mailbox's folder until a machine time; None when somebody else has it."""
    mine = update(read_folders).where(read_folders.c.mailbox_id == mailbox_id, _is_free(machine))
    leased = mine.values(lease_token=token, lease_until=until).returning(*columns_of(ReadFolder, read_folders))
    row = await unit.row(leased)
    return None if row is None else ReadFolder(*row)


async def renew(unit: Unit, mailbox_id: int, token: str, until: datetime) -> bool:
    """Keep the right for longer; False when it was taken away."""
    return await _mine(unit, mailbox_id, token, lease_until=until)


async def advance(unit: Unit, mailbox_id: int, token: str, mark: Mark) -> bool:
    """It is read so far; False when the right to read was taken away."""
    return await _mine(unit, mailbox_id, token, **_of(mark))


async def looked(unit: Unit, mailbox_id: int, token: str, machine: datetime, trouble: str | None) -> bool:
    """All there was has been handled, but for what `trouble` says; False when the right was taken away."""
    return await _mine(unit, mailbox_id, token, read_at=machine, **_WELL | {"trouble": trouble})


async def troubled(
    unit: Unit, mailbox_id: int, token: str, trouble: str | None, failures: int, retry_at: datetime
) -> bool:
    """Give the right back, and say what is wrong and when to try again; False when it was taken away."""
    return await _mine(unit, mailbox_id, token, trouble=trouble, failures=failures, retry_at=retry_at, **_FREE)


async def release(unit: Unit, mailbox_id: int, token: str) -> bool:
    """Give the right back; False when it was taken away."""
    return await _mine(unit, mailbox_id, token, **_FREE)


async def free_all(unit: Unit) -> None:
    """Take every folder back, and wait for none: whoever was at it is gone (SQLite only, at the start)."""
    await unit.run(update(read_folders).values(retry_at=None, **_FREE))


async def _mine(unit: Unit, mailbox_id: int, token: str, **values: object) -> bool:
    mine = update(read_folders).where(read_folders.c.mailbox_id == mailbox_id, read_folders.c.lease_token == token)
    return (await unit.run(mine.values(**values))).rowcount > 0


def _is_free(machine: datetime) -> ColumnElement[bool]:
    return or_(read_folders.c.lease_until.is_(None), read_folders.c.lease_until <= machine)


def _of(mark: Mark | None) -> dict[str, int | None]:
    return {"validity": mark.validity, "last_uid": mark.last_uid} if mark else {"validity": None, "last_uid": None}
