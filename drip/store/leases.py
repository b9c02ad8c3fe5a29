"""Leases on sends: take, stamp, hand over, release, withdraw; each one guarded statement for a batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, Text, TextClause, and_, bindparam, exists, func, or_, select, text, update
from sqlalchemy.sql.dml import ReturningUpdate

from drip.domain.enrollment import State as Enrolled
from drip.domain.send import Move, State, sources
from drip.store.batch import among, packed
from drip.store.columns import Json, UtcTime, listed
from drip.store.engine import Kind, Unit
from drip.store.many import many, many_deep, rows_of
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, prospects, sends, suppressions
from drip.store.tables.sends_tables import DUE

# Closing is among them for a closing email that is sent again (R40); no other can be on its way then.
SENT_TO = (Enrolled.DRIPPING, Enrolled.COMPLETED, Enrolled.CLOSING)
DOMAINS = 4  # suppressible domains of one address that the guard looks at: its own, and those above
FARTHEST_ZONE = timedelta(hours=14)  # how far a local day can be ahead of UTC's
IS_DUE = text(f"sends.{DUE}")  # written out, like the states below: an index of due sends alone helps only then
FREE = {"lease_token": None, "lease_until": None}
_TOKEN, _MACHINE = bindparam("token", type_=Text), bindparam("machine", type_=UtcTime)
_UNTIL, _NOW, _DAY = bindparam("until", type_=UtcTime), bindparam("now", type_=UtcTime), bindparam("day", type_=Date)


@dataclass(frozen=True, slots=True)
class Lease:
    """A right to work on sends: its token, the machine time it is given at, and when it ends."""

    token: str
    machine: datetime
    until: datetime

    @property
    def parameters(self) -> dict[str, Any]:
        """For the statements below."""
        return {"token": self.token, "machine": self.machine, "until": self.until}


class Stamp(NamedTuple):
    """What a leased send is to go out as, kept from its first try on (MAIL 2)."""

    id: int
    message_id: str
    dated_at: datetime
    letter_values: dict[str, Any]


class Mark(NamedTuple):
    """A request to hand one letter over. `touched_on` is what the gap was judged by at take;
    `domains` are those whose suppression would stop it, the address's own first; `until` is when the
    window closes (business time), None where that does not matter. `stamp` is kept with it, where
    nothing is kept yet."""

    id: int
    email: str
    domains: tuple[str, ...]
    touched_on: date | None
    subject: str
    destinations: tuple[str, ...]
    until: datetime | None = None
    stamp: Stamp | None = None


async def machine_time(unit: Unit, single: datetime) -> datetime:
    """Machine time (HOUSE, "Two clocks"): the database's clock, or on SQLite `single`, the clock of
    the one process there is."""
    if unit.kind == "sqlite":
        return single
    found: datetime = await unit.value(_CLOCK)
    return found


def machine_within(kind: Kind) -> Any:
    """Machine time within a statement, to compare with what an index is over: on SQLite its parameter `machine`."""
    return _MACHINE if kind == "sqlite" else func.statement_timestamp(type_=UtcTime)


async def take(
    unit: Unit, mailbox_id: int | None, now: datetime, lease: Lease, limit: int, only: Collection[int] | None = None
) -> list[int]:
    """Lease up to `limit` due sends of a mailbox (None: the shelf), the longest due first; their ids.
    `only`: none but these."""
    parameters: dict[str, Any] = {**lease.parameters, "now": now, "most": limit}
    if mailbox_id is not None:
        parameters["mailbox"] = mailbox_id
    if only is not None:
        parameters["ids"] = list(only)
    statement = _take(mailbox_id is None, None if only is None else unit.kind)
    return sorted(row[0] for row in await unit.rows(statement, parameters))


async def stamp(unit: Unit, token: str, stamps: Sequence[Stamp]) -> None:
    """Keep what leased sends render from, where nothing is kept yet (MAIL 2)."""
    if stamps:
        await unit.moved(_stamp(unit.kind), {"token": token, **rows_of(stamps)})


async def hand_over(unit: Unit, marks: Sequence[Mark], now: datetime, lease: Lease) -> frozenset[int]:
    """Mark leased letters as handing, all in one guarded statement; the ids that may go (HOUSE 4).

    `lease` is the longer one that covers the wire. A letter stays where it is when its lease is not
    ours or over, or when anything protects the prospect: the enrollment's state, a pause, a wait, an
    absence, an opt-out, a complaint, a suppression, a window that closed, or a touch since it was
    taken (R36).
    """
    rows = packed(dict(zip(MARKED, written(one), strict=True)) for one in marks)
    latest_day = (now + FARTHEST_ZONE).date()
    parameters = {**lease.parameters, "now": now, "day": latest_day, "marked": len(marks), **rows}
    moved = await unit.rows(_hand_over(unit.kind), parameters)
    return frozenset(row[0] for row in moved)


async def release(unit: Unit, token: str, ids: Collection[int], retry_at: datetime | None = None) -> frozenset[int]:
    """Give leased sends back untried, not to be taken before `retry_at` (machine); the ids that moved."""
    if not ids:
        return frozenset()
    parameters = {"token": token, "ids": list(ids), "later": retry_at}
    return frozenset(row[0] for row in await unit.rows(_release(unit.kind), parameters))


async def put_off(unit: Unit, token: str, due: Mapping[int, datetime]) -> frozenset[int]:
    """Give our own leased sends back untried until a business time; the ids that moved."""
    rows = packed({"id": one, "due_at": at} for one, at in due.items())
    moved = await unit.rows(_put_off(unit.kind), {"token": token, **rows}) if due else ()
    return frozenset(row[0] for row in moved)


async def withdraw(unit: Unit, token: str, reasons: Mapping[int, str], now: datetime) -> frozenset[int]:
    """Take back our own leased sends, each for its reason (R36); the ids that moved."""
    rows = packed({"id": one, "reason": why} for one, why in reasons.items())
    moved = await unit.rows(_withdraw(unit.kind), {"token": token, "now": now, **rows})
    return frozenset(row[0] for row in moved)


def from_where(move: Move) -> TextClause:
    """The condition that a send is in a state this move may start from, for statements that find it by its id.

    The states are written out: a list of parameters would be spelled anew at each execution. And no index of
    sends in these states can answer it, where thousands that just left them would be waded through.
    """
    return text(f"sends.state || '' IN ({listed(sources(move))})")


_CLOCK = Prepared(select(func.clock_timestamp(type_=UtcTime)))
_STAMPED: dict[str, Any] = {"message_id": Text(), "dated_at": UtcTime(), "letter_values": Json}
MARKED: dict[str, Any] = {
    "id": BigInteger(),
    "email": Text(),
    "touched_on": Date(),
    "subject": Text(),
    "destinations": Json,
    "until": UtcTime(),
    **_STAMPED,
    **{f"domain_{place}": Text() for place in range(DOMAINS)},
}
_NO_STAMP = (None,) * len(_STAMPED)
_NO_DOMAINS = (None,) * DOMAINS


@lru_cache
def _take(shelf: bool, among_kind: Kind | None) -> Prepared:
    mine = sends.c.mailbox_id.is_(None) if shelf else sends.c.mailbox_id == bindparam("mailbox")
    if among_kind is not None:
        mine = and_(mine, among(among_kind, sends.c.id))
    ready = (
        select(sends.c.id)
        .where(mine, IS_DUE, sends.c.due_at <= _NOW)
        .where(or_(sends.c.retry_at.is_(None), sends.c.retry_at <= _MACHINE))
        .order_by(sends.c.due_at, sends.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("ready")  # PostgreSQL would run a plain subquery once a row, and lease beyond the limit
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return Prepared(
        update(sends)
        .values(
            state=State.LEASED,
            lease_token=_TOKEN,
            lease_until=_UNTIL,
            retry_at=None,
            attempts=sends.c.attempts + 1,
        )
        .where(sends.c.id == ready.c.id, from_where(Move.TAKE))
        .returning(sends.c.id),
        named=False,
    )


@lru_cache
def _stamp(kind: Kind) -> Prepared:
    given = many(kind, "given", id=BigInteger(), **_STAMPED)
    return Prepared(
        update(sends)
        .values({name: given.c[name] for name in _STAMPED})
        .where(sends.c.id == given.c.id, sends.c.lease_token == _TOKEN, sends.c.letter_values.is_(None))
    )


@lru_cache
def _hand_over(kind: Kind) -> Prepared:
    # That they are few is told by the limit, lest whole tables are read to meet them.
    marks = select(many_deep(kind, "given", **MARKED)).limit(bindparam("marked"))
    return Prepared(handing_over(marks.subquery("given"), _MACHINE, _UNTIL))


def handing_over(given: Any, machine: Any, until: Any) -> ReturningUpdate[Any]:
    """The guarded statement of `hand_over`: for the marks in `given`, at a machine time, until another."""
    return (
        update(sends)
        .values(
            state=State.HANDING,
            handed_at=machine,
            lease_until=until,
            subject=given.c.subject,
            destinations=given.c.destinations,
            **{name: func.coalesce(sends.c[name], given.c[name]) for name in _STAMPED},
        )
        .where(
            sends.c.id == given.c.id,
            from_where(Move.HAND_OVER),
            sends.c.lease_token == _TOKEN,
            sends.c.lease_until > machine,
            or_(given.c.until.is_(None), given.c.until > _NOW),
            _nothing_protects(given),
            ~_suppressed(given),
        )
        .returning(sends.c.id)
    )


def written(mark: Mark) -> tuple[Any, ...]:
    """The values of MARKED for a mark."""
    domains = mark.domains[:DOMAINS]
    stamped = _NO_STAMP if mark.stamp is None else mark.stamp[1:]
    return (*mark[:2], *mark[3:7], *stamped, *domains, *_NO_DOMAINS[len(domains) :])


def _nothing_protects(given: Any) -> Any:
    """The prospect may be written to: asked of the rows as they are now, not as they were taken."""
    return exists().where(
        enrollments.c.id == sends.c.enrollment_id,
        text(f"enrollments.state IN ({listed(SENT_TO)})"),
        enrollments.c.paused_at.is_(None),
        enrollments.c.waiting_for.is_(None),
        or_(enrollments.c.absent_until.is_(None), enrollments.c.absent_until <= _DAY),
        or_(enrollments.c.colleague_until.is_(None), enrollments.c.colleague_until <= _DAY),
        prospects.c.id == enrollments.c.prospect_id,
        prospects.c.opted_out_at.is_(None),
        prospects.c.complained_at.is_(None),
        prospects.c.touched_on.is_not_distinct_from(given.c.touched_on),
    )


def _suppressed(given: Any) -> Any:
    domains = [given.c[f"domain_{place}"] for place in range(DOMAINS)]
    return exists().where(
        suppressions.c.lifted_at.is_(None),
        or_(suppressions.c.address == given.c.email, suppressions.c.domain.in_(domains)),
    )


@lru_cache
def _release(kind: Kind) -> Prepared:
    later = bindparam("later", type_=UtcTime)
    return Prepared(
        update(sends)
        .values(state=State.DUE, attempts=sends.c.attempts - 1, retry_at=later, **FREE)
        .where(among(kind, sends.c.id), from_where(Move.RELEASE), sends.c.lease_token == _TOKEN)
        .returning(sends.c.id)
    )


@lru_cache
def _put_off(kind: Kind) -> Prepared:
    given = many(kind, "given", id=BigInteger(), due_at=UtcTime())
    return Prepared(
        update(sends)
        .values(state=State.DUE, attempts=sends.c.attempts - 1, due_at=given.c.due_at, retry_at=None, **FREE)
        .where(sends.c.id == given.c.id, from_where(Move.RELEASE), sends.c.lease_token == _TOKEN)
        .returning(sends.c.id)
    )


@lru_cache
def _withdraw(kind: Kind) -> Prepared:
    given = many(kind, "given", id=BigInteger(), reason=Text())
    return Prepared(
        update(sends)
        .values(state=State.WITHDRAWN, withdrawn_reason=given.c.reason, settled_at=_NOW, retry_at=None, **FREE)
        .where(
            sends.c.id == given.c.id,
            from_where(Move.WITHDRAW),
            sends.c.lease_token == _TOKEN,
        )
        .returning(sends.c.id)
    )
