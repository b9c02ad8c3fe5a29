"""Notices: mails to our own people, made once, listed, and when there is something to do about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal_column, or_, select, text, update

from drip.store import suppressions
from drip.store.batch import among, columns_of, insert_many, packed
from drip.store.columns import UtcTime
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import mailboxes, notices, prospects, reps
from drip.store.tables.notices_table import DUE, LEASED

_IS_DUE, _IS_LEASED = text(f"notices.{DUE}"), text(f"notices.{LEASED}")


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice to be made; one whose `key` is known already is not made again.

    It goes to the rep, or to `recipient` where one is given; from `until` on (business time) it is of no
    use. `data` are ids and codes of what it is about. `letter` is given by who wrote it already: see
    drip.actions.noticing.written.Content.
    """

    kind: str
    key: str
    rep_id: int
    due_at: datetime
    until: datetime
    prospect_id: int | None = None
    enrollment_id: int | None = None
    recipient: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    letter: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it stands. Machine times: retry_at, handed_at; all others business."""

    id: int
    kind: str
    key: str
    rep_id: int
    prospect_id: int | None
    enrollment_id: int | None
    recipient: str | None
    state: str
    made_at: datetime
    due_at: datetime
    until: datetime
    retry_at: datetime | None
    attempts: int
    data: Mapping[str, Any]
    letter: Mapping[str, Any] | None
    mailbox_id: int | None
    message_id: str | None
    dated_at: datetime | None
    subject: str | None
    reason: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A notice with the names of whom it is for, and which mailbox it goes from."""

    notice: Notice
    rep_email: str
    mailbox: str | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is to do about notices. `ready`: one could go now. `moves`: one is leased, handing, or due and
    never tried, so that a controlled business time may not jump. `next_at`: when something is due by the
    calendar or by itself, perhaps past."""

    ready: bool
    moves: bool
    next_at: datetime | None


async def add(unit: Unit, new: Sequence[NewNotice], now: datetime) -> int:
    """Make notices; how many were new."""
    names = tuple(NewNotice.__dataclass_fields__)
    rows = [{name: getattr(one, name) for name in names} | {"made_at": now} for one in new]
    if not rows:
        return 0
    statement = insert_many(unit.kind, notices, (*names, "made_at"), "(key) DO NOTHING")
    return await unit.moved(statement, packed(rows))


async def get(unit: Unit, notice_id: int) -> Notice | None:
    """The notice with this id."""
    row = await unit.row(select(*_COLUMNS).where(notices.c.id == notice_id))
    return None if row is None else Notice(*row)


async def load(unit: Unit, ids: Collection[int]) -> list[Notice]:
    """These notices, by id."""
    rows = await unit.rows(_load(unit.kind), {"ids": sorted(ids)})
    return [Notice(*row) for row in rows]


async def listing(
    unit: Unit, states: Collection[str], rep_id: int | None = None, after: int | None = None, limit: int = 50
) -> list[Listed]:
    """Notices in these states, the newest first; of one rep, and those made before the one numbered `after`."""
    statement = (
        select(*_COLUMNS, reps.c.email, mailboxes.c.name)
        .select_from(
            notices.join(reps, reps.c.id == notices.c.rep_id).outerjoin(
                mailboxes, mailboxes.c.id == notices.c.mailbox_id
            )
        )
        .where(notices.c.state.in_(sorted(states)))
        .order_by(notices.c.id.desc())
        .limit(limit)
    )
    if rep_id is not None:
        statement = statement.where(notices.c.rep_id == rep_id)
    if after is not None:
        statement = statement.where(notices.c.id < after)
    return [Listed(Notice(*row[:-2]), row[-2], row[-1]) for row in await unit.rows(statement)]


async def count(unit: Unit) -> dict[tuple[str, str], int]:
    """How many there are of each kind in each state."""
    counted = select(notices.c.kind, notices.c.state, func.count()).group_by(notices.c.kind, notices.c.state)
    return {(row[0], row[1]): row[2] for row in await unit.rows(counted)}


async def outlook(unit: Unit, now: datetime, machine: datetime) -> Outlook:
    """What there is to do, by one look into indexes."""
    row = await unit.row(_OUTLOOK, {"now": now, "machine": machine})
    assert row is not None
    ready, moves, unplanned, planned, due = row
    moments = [one for one in (planned, due, now if unplanned else None) if one is not None]
    return Outlook(bool(ready), bool(moves), min(moments, default=None))


async def is_protected(unit: Unit, address: str, prospect_id: int | None) -> bool:
    """Whether nothing may go there: the address is suppressed, or the prospect opted out or complained (R33).

    Raises AddressError.
    """
    if await suppressions.find(unit, [address]):
        return True
    said = or_(prospects.c.opted_out_at.is_not(None), prospects.c.complained_at.is_not(None))
    return await unit.value(select(prospects.c.id).where(prospects.c.id == prospect_id, said)) is not None


async def sender_for(unit: Unit, rep_id: int, *, own: bool = False) -> int | None:
    """The mailbox a notice to or for a rep goes from: the one named for notices, unless it has to be the rep's
    `own`, else the first one added for the rep. None without either."""
    mine = select(func.min(mailboxes.c.id)).where(mailboxes.c.rep_id == rep_id)
    found = None if own else await named_mailbox(unit)
    return found if found is not None else await unit.value(mine)


async def name_mailbox(unit: Unit, mailbox_id: int, wanted: bool) -> None:
    """Let notices go from this mailbox, and from no other; or no longer from it."""
    others = update(mailboxes).where(mailboxes.c.for_notices, mailboxes.c.id != mailbox_id)
    if wanted:
        await unit.run(others.values(for_notices=False))
    await unit.run(update(mailboxes).where(mailboxes.c.id == mailbox_id).values(for_notices=wanted))


async def named_mailbox(unit: Unit) -> int | None:
    """The mailbox named for notices."""
    found: int | None = await unit.value(select(mailboxes.c.id).where(mailboxes.c.for_notices))
    return found


_COLUMNS = columns_of(Notice, notices)
_NOW, _MACHINE = bindparam("now", type_=UtcTime), bindparam("machine", type_=UtcTime)
_DUE_NOW = and_(_IS_DUE, notices.c.due_at <= _NOW)


def _outlook() -> Prepared:
    ready = exists().where(_DUE_NOW, or_(notices.c.retry_at.is_(None), notices.c.retry_at <= _MACHINE))
    on_the_way = select(notices.c.id).where(_IS_LEASED)
    moves = or_(exists(on_the_way), exists().where(_DUE_NOW, notices.c.retry_at.is_(None)))
    first: Any = literal_column("1")
    due = select(notices.c.due_at).where(_IS_DUE, notices.c.due_at > _NOW).order_by(notices.c.due_at).limit(first)
    calendar = select(reps.c.notices_at).where(reps.c.notices_at.is_not(None)).order_by(reps.c.notices_at).limit(first)
    return Prepared(
        select(
            ready.label("ready"),
            moves.label("moves"),
            exists().where(reps.c.notices_at.is_(None)).label("unplanned"),
            calendar.scalar_subquery().label("planned"),
            due.scalar_subquery().label("due"),
        )
    )


_OUTLOOK = _outlook()


@lru_cache
def _load(kind: Kind) -> Prepared:
    return Prepared(select(*_COLUMNS).where(among(kind, notices.c.id)).order_by(notices.c.id))
