"""Sends: the duty to get one letter to one prospect; planned, looked at, withdrawn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from drip.domain.send import Move, State, sources
from drip.store.alike import insert_alike
from drip.store.columns import UtcTime
from drip.store.engine import AnyRow, Unit
from drip.store.leases import IS_DUE
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, mailboxes, sends
from drip.store.tables.sends_tables import LEASED


@dataclass(frozen=True, slots=True)
class NewSend:
    """A send as it is planned. `key` is the step's key or "closing/<n>", `step_key` the letter's;
    `n` counts value emails from 1, None for a closing email; `due_at` is business time."""

    enrollment_id: int
    prospect_id: int
    mailbox_id: int | None
    version_id: int
    run: int
    key: str
    step_key: str
    n: int | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class SendRow:
    """A send as it stands. Machine times: retry_at, lease_until, handed_at; all others business."""

    id: int
    enrollment_id: int
    prospect_id: int
    mailbox_id: int | None
    version_id: int
    run: int
    key: str
    step_key: str
    n: int | None
    state: State
    due_at: datetime
    retry_at: datetime | None
    attempts: int
    message_id: str | None
    dated_at: datetime | None
    subject: str | None
    letter_values: Mapping[str, Any] | None
    destinations: Sequence[str] | None
    outcome_class: str | None
    outcome_code: str | None
    outcome_text: str | None
    handed_at: datetime | None
    settled_at: datetime | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to do. `ready` are the mailboxes that could send something now (None: the shelf).

    `moves`: a send is leased, handing, or due from a mailbox that is not paused; then a controlled
    business time may not jump (HOUSE, "Two clocks"). `next_at`: the earliest moment any enrollment is
    looked at, perhaps past, or a letter sent again may go (R40).
    """

    ready: tuple[int | None, ...]
    moves: bool
    next_at: datetime | None
    notices: bool = False  # one to our own people could go now


_NEW = tuple(NewSend.__dataclass_fields__)
_new = attrgetter(*_NEW)
_COLUMNS = [sends.c[name] for name in SendRow.__dataclass_fields__]
_ONE = Prepared(select(*_COLUMNS).where(sends.c.id == bindparam("id")))


async def add(unit: Unit, planned: Sequence[NewSend], now: datetime) -> dict[int, int]:
    """Insert due sends; enrollment id to send id of those that came in.

    One whose key was sent already, or whose enrollment has an unfinished send, stays out: the
    database's unique indexes say so (R39), and the caller acts on the ids returned alone.
    """
    if not planned:
        return {}
    rows = [(*_new(one), now) for one in planned]
    inserting = insert_alike(unit.kind, sends, (*_NEW, "planned_at"), rows, "DO NOTHING", ("enrollment_id", "id"))
    return _pairs(await unit.rows(*inserting))


async def withdraw(unit: Unit, enrollment_ids: Collection[int], reason: str, now: datetime) -> dict[int, int]:
    """Take back the due and leased sends of these enrollments; enrollment id to send id of those.

    After the commit no body of theirs starts (R33, R36): a send already handing stays as it is.
    """
    if not enrollment_ids:
        return {}
    statement = (
        update(sends)
        .values(
            state=State.WITHDRAWN,
            withdrawn_reason=reason,
            settled_at=now,
            lease_token=None,
            lease_until=None,
            retry_at=None,
        )
        .where(
            sends.c.enrollment_id.in_(enrollment_ids),
            sends.c.state.in_(sources(Move.WITHDRAW)),
        )
        .returning(sends.c.enrollment_id, sends.c.id)
    )
    return _pairs(await unit.rows(statement))


async def waiting_for(unit: Unit, mailbox_id: int, now: datetime, limit: int) -> list[int]:
    """Enrollments whose letter has waited for this mailbox since before `now`, ids ascending; without
    letters that may have arrived already (R40): those go on as the same letter."""
    waited = (sends.c.state == State.DUE, sends.c.due_at < now, sends.c.handed_at.is_(None))
    statement = select(sends.c.enrollment_id).where(sends.c.mailbox_id == mailbox_id, *waited)
    return [row[0] for row in await unit.rows(statement.order_by(sends.c.enrollment_id).limit(limit))]


async def get(unit: Unit, send_id: int) -> SendRow | None:
    """The send with this id."""
    found = await unit.row(_ONE, {"id": send_id})
    return None if found is None else _read(found)


async def of_enrollment(unit: Unit, enrollment_id: int) -> list[SendRow]:
    """All sends of an enrollment, the oldest first."""
    statement = select(*_COLUMNS).where(sends.c.enrollment_id == enrollment_id).order_by(sends.c.id)
    return [_read(row) for row in await unit.rows(statement)]


async def in_state(unit: Unit, state: State, limit: int = 100) -> list[SendRow]:
    """Sends in one state, the oldest first; for the lists people look at (uncertain, HOUSE 7)."""
    statement = select(*_COLUMNS).where(sends.c.state == state).order_by(sends.c.id).limit(limit)
    return [_read(row) for row in await unit.rows(statement)]


async def mailboxes_of(unit: Unit, rep_ids: Collection[int]) -> dict[int, int]:
    """The mailbox each of these reps writes from, the first one added; who has none is left out."""
    if not rep_ids:
        return {}
    first = select(mailboxes.c.rep_id, func.min(mailboxes.c.id)).where(mailboxes.c.rep_id.in_(rep_ids))
    return _pairs(await unit.rows(first.group_by(mailboxes.c.rep_id)))


async def outlook(unit: Unit, now: datetime, machine: datetime, since: datetime | None = None) -> Outlook:
    """What there is to do, by one statement whose cost does not grow with what is due or enrolled.

    `since` is a lower bound on `next_at` that spares a look at dead rows of the index.
    """
    parameters = {"now": now, "machine": machine}
    found = await unit.rows(
        *((_OUTLOOK, parameters) if since is None else (_OUTLOOK_SINCE, parameters | {"since": since}))
    )
    return Outlook(
        tuple(row.mailbox_id for row in found if row.what == "ready"),
        any(row.what == "moves" for row in found),
        min((row.at for row in found if row.what == "next" and row.at is not None), default=None),
    )


async def count_by_state(unit: Unit) -> dict[State, int]:
    """How many sends there are in each state that has any."""
    statement = select(sends.c.state, func.count()).group_by(sends.c.state)
    return {State(state): number for state, number in await unit.rows(statement)}


def _pairs(rows: Sequence[AnyRow]) -> dict[int, int]:
    return {row[0]: row[1] for row in rows}


def _read(row: Row[Any]) -> SendRow:
    values = dict(row._mapping)
    return SendRow(**{**values, "state": State(values["state"])})


def _outlook(bounded: bool) -> Any:
    now, machine = bindparam("now", type_=UtcTime), bindparam("machine", type_=UtcTime)
    due = and_(IS_DUE, sends.c.due_at <= now)
    ready = and_(due, or_(sends.c.retry_at.is_(None), sends.c.retry_at <= machine))
    of_one = sends.c.mailbox_id == mailboxes.c.id
    on_the_way = select(sends.c.id).where(text(f"sends.{LEASED}"))
    may_go = exists().where(mailboxes.c.state != "paused", exists().where(of_one, due).correlate(mailboxes))
    moves = or_(exists(on_the_way), may_go, exists().where(sends.c.mailbox_id.is_(None), due))
    nobody, never = cast(null(), BigInteger), cast(null(), UtcTime)
    earliest = select(enrollments.c.next_at).where(enrollments.c.next_at.is_not(None))
    if bounded:
        earliest = earliest.where(enrollments.c.next_at >= bindparam("since", type_=UtcTime))
    waits = and_(IS_DUE, sends.c.due_at > now)
    first = select(sends.c.due_at).order_by(sends.c.due_at).limit(1)
    of_box = first.where(of_one, waits).correlate(mailboxes).scalar_subquery()
    of_shelf = first.where(sends.c.mailbox_id.is_(None), waits).scalar_subquery()
    return union_all(
        select(literal("ready").label("what"), mailboxes.c.id.label("mailbox_id"), never.label("at")).where(
            mailboxes.c.state == "active", exists().where(of_one, ready)
        ),
        select(literal("ready"), nobody, never).where(exists().where(sends.c.mailbox_id.is_(None), ready)),
        select(literal("moves"), nobody, never).where(moves),
        select(literal("next"), nobody, earliest.order_by(enrollments.c.next_at).limit(1).scalar_subquery()),
        select(literal("next"), nobody, select(func.min(of_box)).select_from(mailboxes).scalar_subquery()),
        select(literal("next"), nobody, of_shelf),
    )


_OUTLOOK, _OUTLOOK_SINCE = Prepared(_outlook(bounded=False)), Prepared(_outlook(bounded=True))
