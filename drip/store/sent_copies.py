"""Copies of accepted letters in the folder of sent mail: which wait, where they go, and who is at it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, literal, or_, select, text, update

from drip.domain.send import State
from drip.store.batch import columns_of
from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.records import read_one
from drip.store.tables import sends, sent_copies, sent_folders
from drip.store.tables.sends_tables import TRIED
from drip.store.tables.sent_copies_tables import WAITING

LOOKS_BACK = timedelta(days=1)  # a letter may be written down as accepted later than its own time says
_FREE = {"lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class SentPlace:
    """Where copies go. No `login`: the mailbox's own; no `folder`: the one the server calls Sent. `secret` is
    encrypted already."""

    host: str
    port: int
    security: str  # none, starttls or tls
    login: str | None = None
    secret: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class SentFolder(SentPlace):
    """A place as kept, for a mailbox; `failures` in a row, the last of which was `trouble`."""

    mailbox_id: int = 0
    since: datetime | None = None
    looked_at: datetime | None = None
    failures: int = 0
    trouble: str | None = None
    retry_at: datetime | None = None


async def put(unit: Unit, mailbox_id: int, place: SentPlace, now: datetime) -> None:
    """Copy letters accepted from `now` on to this place, or from when it was first said; what was given up waits
    again."""
    values = {one.name: getattr(place, one.name) for one in fields(SentPlace)}
    anew = values | {"failures": 0, "trouble": None, "retry_at": None}
    changed = await unit.run(update(sent_folders).where(sent_folders.c.mailbox_id == mailbox_id).values(anew))
    if changed.rowcount == 0:
        await unit.run(insert(sent_folders).values(mailbox_id=mailbox_id, since=now, **values))
    given_up = (sent_copies.c.mailbox_id == mailbox_id, sent_copies.c.state == "given_up")
    await unit.run(update(sent_copies).where(*given_up).values(state="waiting", tries=0, reason=None, noted_at=now))


async def end(unit: Unit, mailbox_id: int) -> bool:
    """Copy no more; False when nothing was copied before."""
    await unit.run(delete(sent_copies).where(sent_copies.c.mailbox_id == mailbox_id, text(WAITING)))
    gone = await unit.run(delete(sent_folders).where(sent_folders.c.mailbox_id == mailbox_id))
    return gone.rowcount > 0


async def of(unit: Unit, mailbox_id: int) -> SentFolder | None:
    """Where copies of a mailbox's letters go; None: nowhere."""
    return await read_one(unit, sent_folders, SentFolder, sent_folders.c.mailbox_id == mailbox_id)


async def counted(unit: Unit, mailbox_id: int) -> dict[str, int]:
    """How many copies of a mailbox's letters are in each state."""
    statement = select(sent_copies.c.state, func.count()).where(sent_copies.c.mailbox_id == mailbox_id)
    return {row[0]: row[1] for row in await unit.rows(statement.group_by(sent_copies.c.state))}


async def ready(unit: Unit, machine: datetime) -> list[SentFolder]:
    """The places nobody is at, and that need not wait (machine time); the longest not looked at first."""
    return [SentFolder(*row) for row in await unit.rows(_READY, {"machine": machine})]


async def lease(unit: Unit, mailbox_id: int, token: str, machine: datetime, until: datetime) -> SentFolder | None:
    """The right to copy for a mailbox until a machine time; None when somebody else has it."""
    free = or_(sent_folders.c.lease_until.is_(None), sent_folders.c.lease_until <= machine)
    mine = update(sent_folders).where(sent_folders.c.mailbox_id == mailbox_id, free)
    row = await unit.row(
        mine.values(lease_token=token, lease_until=until).returning(*columns_of(SentFolder, sent_folders))
    )
    return None if row is None else SentFolder(*row)


async def free_all(unit: Unit) -> None:
    """Take every place back, and wait for none: whoever was at it is gone (SQLite only, at the start)."""
    await unit.run(update(sent_folders).values(retry_at=None, **_FREE))


async def note(unit: Unit, folder: SentFolder, now: datetime) -> None:
    """Note every letter that was accepted since we looked: it waits to be copied. Only under a lease."""
    assert folder.since is not None
    start = folder.since if folder.looked_at is None else max(folder.since, folder.looked_at - LOOKS_BACK)
    fresh = (
        select(sends.c.id, sends.c.mailbox_id, literal(now, sent_copies.c.noted_at.type))
        .where(sends.c.mailbox_id == folder.mailbox_id, text(f"sends.{TRIED}"))
        .where(sends.c.state == State.ACCEPTED, sends.c.settled_at >= start)
        .where(~exists().where(sent_copies.c.send_id == sends.c.id))
    )
    await unit.run(insert(sent_copies).from_select(["send_id", "mailbox_id", "noted_at"], fresh))
    await unit.run(update(sent_folders).where(sent_folders.c.mailbox_id == folder.mailbox_id).values(looked_at=now))


async def waiting(unit: Unit, mailbox_id: int, limit: int) -> list[int]:
    """Sends that wait to be copied, the oldest first."""
    mine = select(sent_copies.c.send_id).where(sent_copies.c.mailbox_id == mailbox_id, text(WAITING))
    return [row[0] for row in await unit.rows(mine.order_by(sent_copies.c.send_id).limit(limit))]


async def copied(unit: Unit, send_ids: Collection[int]) -> None:
    """These stand in the folder now."""
    mine = sent_copies.c.send_id.in_(sorted(send_ids))
    await unit.run(update(sent_copies).where(mine).values(state="copied", reason=None))


async def refused(unit: Unit, reasons: Mapping[int, str], most: int) -> int:
    """The server did not take these, each for its reason: `most` times is once too often. How many are given up."""
    given_up = 0
    for send_id, why in sorted(reasons.items()):
        mine = update(sent_copies).where(sent_copies.c.send_id == send_id, text(WAITING))
        tries = await unit.value(mine.values(tries=sent_copies.c.tries + 1, reason=why).returning(sent_copies.c.tries))
        if tries is not None and tries >= most:
            await unit.run(mine.values(state="given_up"))
            given_up += 1
    return given_up


async def give_up(unit: Unit, mailbox_id: int, noted_before: datetime, why: str) -> int:
    """Give up what has waited since before a business time; how many that were."""
    mine = update(sent_copies).where(sent_copies.c.mailbox_id == mailbox_id, text(WAITING))
    ended = await unit.run(mine.where(sent_copies.c.noted_at < noted_before).values(state="given_up", reason=why))
    return int(ended.rowcount)


async def release(unit: Unit, mailbox_id: int, token: str, **kept: Any) -> bool:
    """Give the lease back, and keep columns of the place; False when it was not ours any more."""
    mine = update(sent_folders).where(sent_folders.c.mailbox_id == mailbox_id, sent_folders.c.lease_token == token)
    changed = await unit.run(mine.values(**_FREE, **kept))
    return changed.rowcount > 0


def _ready() -> Prepared:
    machine: Any = bindparam("machine", type_=UtcTime)
    return Prepared(
        select(*columns_of(SentFolder, sent_folders))
        .where(or_(sent_folders.c.lease_until.is_(None), sent_folders.c.lease_until <= machine))
        .where(or_(sent_folders.c.retry_at.is_(None), sent_folders.c.retry_at <= machine))
        .order_by(sent_folders.c.looked_at.nulls_first(), sent_folders.c.mailbox_id)
    )


_READY = _ready()
