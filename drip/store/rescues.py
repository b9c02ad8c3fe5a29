"""Sends that are stuck: expired leases, letters grown too old, uncertain ones to send again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, select, text, update

from drip.domain.send import Move, State, sources
from drip.store.columns import UtcTime
from drip.store.engine import Kind, Unit
from drip.store.leases import machine_within
from drip.store.prepared import Prepared
from drip.store.tables import attempts, mailboxes, sends
from drip.store.tables.sends_tables import DUE, LEASED, UNFINISHED

_FREE: dict[str, Any] = {"lease_token": None, "lease_until": None}
_IS_UNCERTAIN = text("sends.state = 'uncertain'")


@dataclass(frozen=True, slots=True)
class Stuck:
    """A send that somebody should look at again."""

    id: int
    enrollment_id: int
    prospect_id: int
    run: int
    key: str
    step_key: str
    due_at: datetime
    planned_at: datetime
    attempts: int
    lease_token: str | None
    handed_at: datetime | None


async def any_over(unit: Unit, single: datetime) -> bool:
    """Whether a lease has ended by machine time, on SQLite `single`; by one prepared statement."""
    return bool(await unit.value(_any_over(unit.kind), {"machine": single} if unit.kind == "sqlite" else {}))


async def any_lost(unit: Unit, single: datetime) -> bool:
    """Whether `lost` finds any by machine time, on SQLite `single`; by one prepared statement."""
    return bool(await unit.value(_any_lost(unit.kind), {"machine": single} if unit.kind == "sqlite" else {}))


async def expired(unit: Unit, machine: datetime, limit: int) -> list[Stuck]:
    """Sends whose lease ended before `machine`: their worker is gone. The longest first."""
    return await _found(
        unit,
        select(*_STUCK).where(text(LEASED), sends.c.lease_until <= machine).order_by(sends.c.lease_until),
        limit,
    )


async def free_leased(unit: Unit, ids: Collection[int], machine: datetime) -> frozenset[int]:
    """leased -> due: nothing of them went out. The ids that moved."""
    statement = update(sends).values(state=State.DUE, **_FREE).where(sends.c.state == State.LEASED)
    return await _over(unit, statement, ids, machine)


async def park_handing(
    unit: Unit, ids: Collection[int], machine: datetime, now: datetime, ended: datetime | None = None
) -> frozenset[int]:
    """handing -> uncertain: nobody knows whether they arrived (R40). The ids that moved.

    They may have been on the wire until their lease ended, or until `ended` (machine), if that was before.
    """
    gone_at = literal(ended, UtcTime())
    until = (
        sends.c.lease_until
        if ended is None
        else case((sends.c.lease_until < gone_at, sends.c.lease_until), else_=gone_at)
    )
    statement = (
        update(sends)
        .values(state=State.UNCERTAIN, settled_at=now, outcome_class="uncertain", handed_at=until, **_FREE)
        .where(sends.c.state == State.HANDING)
    )
    return await _over(unit, statement, ids, machine)


async def schedule_again(unit: Unit, ids: Collection[int], at: datetime) -> None:
    """Send these uncertain letters again at a machine time, where the mailbox's policy says so; once:
    not those that were uncertain before (R40). To be called before the attempt is recorded."""
    if not ids:
        return
    policy = exists().where(mailboxes.c.id == sends.c.mailbox_id, mailboxes.c.uncertain_policy == "again")
    before = exists().where(attempts.c.send_id == sends.c.id, attempts.c.outcome == "uncertain")
    await unit.run(update(sends).values(retry_at=at).where(sends.c.id.in_(ids), policy, ~before))


async def old(unit: Unit, before: datetime, limit: int, after: Stuck | None = None) -> list[Stuck]:
    """Due sends that were planned before this business time, those behind `after`; not those of a paused
    mailbox, which wait for it (R12)."""
    paused = exists().where(mailboxes.c.id == sends.c.mailbox_id, mailboxes.c.state == "paused")
    due = select(*_STUCK).where(text(DUE), sends.c.planned_at <= before, ~paused)
    if after is not None:
        due = due.where(sends.c.id > after.id)
    return await _found(unit, due.order_by(sends.c.id), limit)


async def expire(unit: Unit, ids: Collection[int], now: datetime) -> frozenset[int]:
    """due -> expired: they would arrive too late to make sense. The ids that moved."""
    if not ids:
        return frozenset()
    statement = (
        update(sends)
        .values(state=State.EXPIRED, settled_at=now, retry_at=None, outcome_class="expired")
        .where(sends.c.id.in_(ids), sends.c.state.in_(sources(Move.GIVE_UP)))
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def lost(unit: Unit, machine: datetime, limit: int) -> list[Stuck]:
    """Uncertain sends whose mailbox says again and whose wait is over (R40), one for an enrollment."""
    first = (
        select(func.min(sends.c.id))
        .where(_IS_UNCERTAIN, sends.c.retry_at <= machine)
        .group_by(sends.c.enrollment_id)
        .limit(limit)
    )
    return await _found(unit, select(*_STUCK).where(sends.c.id.in_(first.scalar_subquery())), limit)


async def send_again(unit: Unit, due: Mapping[int, datetime], now: datetime, machine: datetime) -> frozenset[int]:
    """uncertain -> due where the wait is over, unless the enrollment has another unfinished send by now, and as old
    as one planned `now`; when each is due is business time, and perhaps still to come. The ids that moved."""
    if not due:
        return frozenset()
    other = sends.alias("other")
    busy = exists().where(other.c.enrollment_id == sends.c.enrollment_id, text(f"other.{UNFINISHED}"))
    statement = (
        update(sends)
        .values(
            state=State.DUE,
            due_at=case({one: literal(at, UtcTime()) for one, at in due.items()}, value=sends.c.id),
            planned_at=now,
            settled_at=None,
            retry_at=None,
            lost_at=sends.c.handed_at,
            lost=sends.c.lost + 1,
        )
        .where(sends.c.id.in_(due), sends.c.state == State.UNCERTAIN, sends.c.retry_at <= machine, ~busy)
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def clamp_retries(unit: Unit, latest: datetime) -> None:
    """No retry waits beyond `latest` of machine time: the clock of an earlier process may have been
    ahead of ours (SQLite only; a database server has one clock)."""
    late = and_(sends.c.retry_at > latest, sends.c.state.in_((State.DUE, State.UNCERTAIN)))
    await unit.run(update(sends).values(retry_at=latest).where(late))


_STUCK = [sends.c[name] for name in Stuck.__dataclass_fields__]


@lru_cache
def _any_over(kind: Kind) -> Prepared:
    return Prepared(select(exists().where(text(f"sends.{LEASED}"), sends.c.lease_until <= machine_within(kind))))


@lru_cache
def _any_lost(kind: Kind) -> Prepared:
    return Prepared(select(exists().where(_IS_UNCERTAIN, sends.c.retry_at <= machine_within(kind))))


async def _found(unit: Unit, statement: Any, limit: int) -> list[Stuck]:
    return [Stuck(*row) for row in await unit.rows(statement.limit(limit))]


async def _over(unit: Unit, statement: Any, ids: Collection[int], machine: datetime) -> frozenset[int]:
    if not ids:
        return frozenset()
    guarded = statement.where(sends.c.id.in_(ids), sends.c.lease_until <= machine)
    return frozenset(row[0] for row in await unit.rows(guarded.returning(sends.c.id)))
