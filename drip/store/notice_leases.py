"""Leases on notices: take, stamp, hand over, settle, rescue; each a guarded statement, as those of sends are."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, text, update

from drip.domain.notice import Kind
from drip.store import prospects
from drip.store.engine import Kind as Database
from drip.store.engine import Unit
from drip.store.leases import FREE, Lease, machine_within
from drip.store.notices import Notice, is_protected
from drip.store.prepared import Prepared
from drip.store.tables import notices
from drip.store.tables.notices_table import DUE, GONE, LEASED

_IS_DUE = text(f"notices.{DUE}")  # written out, so that the index of due ones serves
_FINAL = frozenset({"accepted", "refused", "withdrawn", "expired"})


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a leased notice goes out as, kept from its first compose on (MAIL 2); `dated_at` is aware."""

    letter: dict[str, Any]
    subject: str
    mailbox_id: int | None
    message_id: str
    dated_at: datetime


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a leased or handing notice. `retry_at` is machine time, for due only."""

    state: str
    reason: str | None
    settled_at: datetime | None = None
    retry_at: datetime | None = None


async def take(unit: Unit, now: datetime, lease: Lease, limit: int) -> list[int]:
    """Lease up to `limit` due notices, the longest due first, and with an alert whatever other alerts wait for the
    same rep, none of which was tried; their ids, ascending."""
    ready = (
        select(notices.c.id)
        .where(_IS_DUE, notices.c.due_at <= now)
        .where(or_(notices.c.retry_at.is_(None), notices.c.retry_at <= lease.machine))
        .order_by(notices.c.due_at, notices.c.id)
        .limit(limit)
    )
    rows = await _lease(unit, ready, lease)
    alerted = {row.rep_id for row in rows if row.kind == Kind.ALERT and row.message_id is None}
    if alerted:
        fresh = (_IS_DUE, notices.c.kind == Kind.ALERT.value, notices.c.message_id.is_(None))
        others = select(notices.c.id).where(*fresh, notices.c.rep_id.in_(sorted(alerted)))
        rows = [*rows, *await _lease(unit, others.order_by(notices.c.id), lease)]
    return sorted(row.id for row in rows)


async def stamp(unit: Unit, notice_id: int, token: str, stamped: Stamped) -> bool:
    """Keep what a leased notice goes out as; False when it is not ours any more, or stamped already."""
    mine = (notices.c.id == notice_id, notices.c.lease_token == token, notices.c.message_id.is_(None))
    values = {name: getattr(stamped, name) for name in Stamped.__dataclass_fields__}
    return (await unit.run(update(notices).where(*mine).values(**values))).rowcount > 0


async def hand_over(unit: Unit, notice: Notice, now: datetime, lease: Lease) -> bool:
    """leased -> handing, just before its body goes on the wire: whether it may go (HOUSE 4).

    Not when its lease is not ours or over, when its time is over, or when the prospect it goes to opted out,
    complained or is suppressed by now (R36); who opts out meanwhile waits until it is handing.
    """
    if notice.recipient is not None:
        await prospects.lock(unit, [notice.prospect_id] if notice.prospect_id is not None else [])
        if await is_protected(unit, notice.recipient, notice.prospect_id):
            return False
    statement = (
        update(notices)
        .where(
            notices.c.id == notice.id,
            notices.c.state == "leased",
            notices.c.lease_token == lease.token,
            notices.c.lease_until > lease.machine,
            notices.c.until > now,
        )
        .values(state="handing", handed_at=lease.machine, lease_until=lease.until)
    )
    return (await unit.run(statement)).rowcount > 0


async def land(unit: Unit, notice_id: int, token: str, landed: Landed) -> bool:
    """Write down what became of our leased or handing notice; False when the lease is not ours any more."""
    mine = (notices.c.id == notice_id, notices.c.lease_token == token)
    return (await unit.run(update(notices).where(*mine).values(**_values(landed)))).rowcount > 0


async def land_late(unit: Unit, notice_id: int, number: int, landed: Landed) -> bool:
    """An uncertain notice becomes what a late answer says, while its attempt is still the newest (HOUSE 5)."""
    still = (notices.c.id == notice_id, notices.c.state == "uncertain", notices.c.attempts == number)
    return (await unit.run(update(notices).where(*still).values(**_values(landed)))).rowcount > 0


async def release(unit: Unit, notice_id: int, token: str, reason: str, retry_at: datetime | None) -> bool:
    """Give a leased notice back untried, not to be taken before `retry_at` (machine); why it waits."""
    mine = (notices.c.id == notice_id, notices.c.state == "leased", notices.c.lease_token == token)
    values: dict[str, Any] = {"state": "due", "reason": reason, "retry_at": retry_at, **FREE}
    statement = update(notices).where(*mine).values(attempts=notices.c.attempts - 1, **values)
    return (await unit.run(statement)).rowcount > 0


async def rescue(unit: Unit, machine: datetime, now: datetime) -> tuple[int, int]:
    """Take back leases that ended before `machine`: leased -> due, handing -> uncertain. How many of each.

    Nobody knows whether an uncertain one arrived: it is shown, never sent again.
    """
    over = (text(f"notices.{LEASED}"), notices.c.lease_until <= machine)
    uncertain = {"state": "uncertain", "reason": "lost", "settled_at": now, **FREE}
    handing = update(notices).where(*over, notices.c.state == "handing").values(**uncertain)
    leased = update(notices).where(*over, notices.c.state == "leased").values(state="due", **FREE)
    lost = (await unit.run(handing)).rowcount
    return (await unit.run(leased)).rowcount, lost


async def any_over(unit: Unit, single: datetime) -> bool:
    """Whether a lease has ended by machine time, on SQLite `single`; by one prepared statement."""
    return bool(await unit.value(_any_over(unit.kind), {"machine": single} if unit.kind == "sqlite" else {}))


async def clamp(unit: Unit, latest: datetime) -> None:
    """No retry waits beyond `latest` (machine): the clock of an earlier process may have been ahead (SQLite only)."""
    await unit.run(update(notices).where(notices.c.retry_at > latest).values(retry_at=latest))


async def gone_since(unit: Unit, mailbox_id: int, since: datetime) -> int:
    """How many notices left a mailbox since a machine time, those on the way included."""
    gone = select(func.count()).where(notices.c.mailbox_id == mailbox_id, notices.c.handed_at > since, text(GONE))
    going = select(func.count()).where(notices.c.mailbox_id == mailbox_id, notices.c.state == "handing")
    found: int = await unit.value(select(gone.scalar_subquery() + going.scalar_subquery()))
    return found


@lru_cache
def _any_over(kind: Database) -> Prepared:
    return Prepared(select(exists().where(text(f"notices.{LEASED}"), notices.c.lease_until <= machine_within(kind))))


async def _lease(unit: Unit, ready: Select[Any], lease: Lease) -> list[Any]:
    """due -> leased. The picked rows are a CTE: PostgreSQL would run a plain subquery once a row."""
    picked = ready.with_for_update(skip_locked=True).cte("ready").prefix_with("MATERIALIZED", dialect="postgresql")
    values: dict[str, Any] = {"state": "leased", "lease_token": lease.token, "lease_until": lease.until}
    statement = (
        update(notices)
        .where(notices.c.id == picked.c.id, notices.c.state == "due")
        .values(attempts=notices.c.attempts + 1, retry_at=None, **values)
        .returning(notices.c.id, notices.c.kind, notices.c.rep_id, notices.c.message_id)
    )
    return list(await unit.rows(statement))


def _values(landed: Landed) -> dict[str, Any]:
    """Words are kept no longer than they are of use."""
    values = {name: getattr(landed, name) for name in Landed.__dataclass_fields__} | FREE
    if landed.state in _FINAL:
        values["letter"] = None
    if landed.state == "due":
        values["handed_at"] = None
    return values
