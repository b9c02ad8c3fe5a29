"""Files: questions about enrollments that change nothing; open and closed ones, recalls, doubts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, not_, select, text

from drip.domain.enrollment import OPEN_STATES, State
from drip.domain.send import State as SendState
from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import campaign_versions, campaigns, companies, enrollments, mailboxes, prospects, reps, sends
from drip.store.tables.enrollments_table import OPEN


@dataclass(frozen=True, slots=True)
class File:
    """An enrollment as a listing shows it."""

    id: int
    prospect_id: int
    email: str
    first_name: str
    last_name: str
    company_name: str | None
    campaign_key: str
    version: int
    rep_id: int
    rep_name: str
    mailbox_name: str | None
    state: str
    closed_reason: str | None
    enrolled_at: datetime
    heard_at: datetime
    closed_at: datetime | None
    sent: int
    paused_at: datetime | None
    waiting_for: str | None
    time_zone: str
    next_at: datetime | None
    recall_at: datetime | None
    recall_on: date | None
    recall_reason: str | None
    recall_promised: bool


@dataclass(frozen=True, slots=True)
class Which:
    """Which files to list; None and "" do not matter. `open` true: the file is open."""

    open: bool | None = None
    state: str = ""
    campaign_key: str = ""
    rep_id: int | None = None
    prospect_id: int | None = None
    waiting: bool | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """How the last enrollment of a prospect that counts ended (R4, `closed_recently`)."""

    enrollment_id: int
    state: str
    reason: str
    at: datetime


async def listing(unit: Unit, which: Which, after: int = 0, limit: int = 50) -> list[File]:
    """A page of files in order of id; `after` is the last id of the page before."""
    statement = _READ.where(enrollments.c.id > after, *_conditions(which))
    return await _files(unit, statement.order_by(enrollments.c.id).limit(limit))


async def recalls(unit: Unit, until: datetime | None = None, rep_id: int | None = None, limit: int = 200) -> list[File]:
    """Files with a recall, the earliest first; those that begin by `until`, of one rep, where given."""
    statement = _READ.where(enrollments.c.recall_at.is_not(None))
    if until is not None:
        statement = statement.where(enrollments.c.recall_at <= until)
    if rep_id is not None:
        statement = statement.where(enrollments.c.rep_id == rep_id)
    return await _files(unit, statement.order_by(enrollments.c.recall_at, enrollments.c.id).limit(limit))


async def get(unit: Unit, enrollment_id: int) -> File | None:
    """The file of this enrollment."""
    found = await _files(unit, _READ.where(enrollments.c.id == enrollment_id))
    return found[0] if found else None


async def of_prospects(unit: Unit, prospect_ids: Iterable[int]) -> dict[int, int]:
    """Prospect id to the enrollment that what is heard belongs to: the open one, else the newest
    that was not made by mistake (R29, R6).
    """
    statement = (
        select(enrollments.c.prospect_id, enrollments.c.id)
        .where(among(unit.kind, enrollments.c.prospect_id), enrollments.c.state != State.ENDED)
        .order_by(enrollments.c.state.in_(OPEN_STATES), enrollments.c.id)
    )
    return {row[0]: row[1] for row in await unit.rows(statement, {"ids": sorted(set(prospect_ids))})}


async def open_of(unit: Unit, prospect_ids: Iterable[int]) -> dict[int, int]:
    """Prospect id to open enrollment id, for those who have one (R1)."""
    rows = await unit.rows(_open_of(unit.kind), {"ids": sorted(set(prospect_ids))})
    return {row[0]: row[1] for row in rows}


async def last_closed(unit: Unit, prospect_ids: Iterable[int]) -> dict[int, Closed]:
    """Prospect id to how the last file was closed; ended by mistake counts nowhere (R4, R6)."""
    rows = await unit.rows(_last_closed(unit.kind), {"ids": sorted(set(prospect_ids))})
    return {row[0]: Closed(*row[1:]) for row in rows}


async def by_idempotency_key(unit: Unit, keys: Iterable[str]) -> dict[str, int]:
    """Idempotency key to the enrollment that was made with it (R6)."""
    column = enrollments.c.idempotency_key
    statement = select(column, enrollments.c.id).where(among(unit.kind, column, "keys"))
    return {row[0]: row[1] for row in await unit.rows(statement, {"keys": sorted(set(keys))})}


async def enrolled_counts(unit: Unit, begins: Mapping[int, datetime], end: datetime) -> dict[int, int]:
    """How many each rep enrolled from the moment in `begins` up to `end`, without those made by mistake
    (R4, R6); a rep who enrolled nobody is left out. One query for each different moment."""
    counts = dict[int, int]()
    for begin in set(begins.values()):
        ids = [rep_id for rep_id, begins_at in begins.items() if begins_at == begin]
        rows = await unit.rows(_enrolled_counts(unit.kind), {"ids": sorted(ids), "begin": begin, "end": end})
        counts |= {row[0]: row[1] for row in rows}
    return counts


async def of_mailbox(unit: Unit, mailbox_id: int) -> list[int]:
    """The open enrollments that write from a mailbox: ids, ascending."""
    wanted = (enrollments.c.mailbox_id == mailbox_id, enrollments.c.state.in_(OPEN_STATES))
    rows = await unit.rows(select(enrollments.c.id).where(*wanted).order_by(enrollments.c.id))
    return [row[0] for row in rows]


async def counts(unit: Unit) -> dict[str, int]:
    """How many enrollments are in each state."""
    statement = select(enrollments.c.state, func.count()).group_by(enrollments.c.state)
    return {row[0]: row[1] for row in await unit.rows(statement)}


async def adrift(unit: Unit, limit: int = 20) -> list[int]:
    """Enrollments nobody would ever look at again: dripping, with no `next_at`, no unfinished send
    and no person awaited. There must be none (HOUSE, "plan"); `drip doctor` shows them.
    """
    unfinished = (SendState.DUE, SendState.LEASED, SendState.HANDING)
    busy = exists().where(sends.c.enrollment_id == enrollments.c.id, sends.c.state.in_(unfinished))
    statement = select(enrollments.c.id).where(
        enrollments.c.state.in_((State.DRIPPING, State.CLOSING)),
        enrollments.c.next_at.is_(None),
        enrollments.c.waiting_for.is_(None),
        enrollments.c.paused_at.is_(None),
        enrollments.c.recall_came.is_(False),
        not_(busy),
    )
    return [row[0] for row in await unit.rows(statement.order_by(enrollments.c.id).limit(limit))]


_NAMES: dict[str, Any] = {
    "company_name": companies.c.name,
    "campaign_key": campaigns.c.key,
    "version": campaign_versions.c.number,
    "rep_name": reps.c.name,
    "mailbox_name": mailboxes.c.name,
    "first_name": prospects.c.first_name,
    "last_name": prospects.c.last_name,
}
_COLUMNS = [_NAMES[name] if name in _NAMES else enrollments.c[name] for name in File.__dataclass_fields__]
_READ = select(*_COLUMNS).select_from(
    enrollments.join(prospects, prospects.c.id == enrollments.c.prospect_id)
    .join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id)
    .join(campaigns, campaigns.c.id == campaign_versions.c.campaign_id)
    .join(reps, reps.c.id == enrollments.c.rep_id)
    .outerjoin(companies, companies.c.id == prospects.c.company_id)
    .outerjoin(mailboxes, mailboxes.c.id == enrollments.c.mailbox_id)
)


@lru_cache
def _open_of(kind: Kind) -> Prepared:
    mine = among(kind, enrollments.c.prospect_id)
    return Prepared(select(enrollments.c.prospect_id, enrollments.c.id).where(mine, text(OPEN)))


@lru_cache
def _last_closed(kind: Kind) -> Prepared:
    columns = enrollments.c["prospect_id", "id", "state", "closed_reason", "closed_at"]
    counts = (enrollments.c.closed_at.is_not(None), enrollments.c.state != State.ENDED)
    mine = among(kind, enrollments.c.prospect_id)
    return Prepared(select(*columns).where(mine, *counts).order_by(enrollments.c.closed_at))


@lru_cache
def _enrolled_counts(kind: Kind) -> Prepared:
    moment = enrollments.c.enrolled_at
    today = (moment >= bindparam("begin"), moment < bindparam("end"), enrollments.c.state != State.ENDED)
    mine = among(kind, enrollments.c.rep_id)
    return Prepared(select(enrollments.c.rep_id, func.count()).where(mine, *today).group_by(enrollments.c.rep_id))


async def _files(unit: Unit, statement: Select[Any]) -> list[File]:
    return [File(*row) for row in await unit.rows(statement)]


def _conditions(which: Which) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.open is not None:
        found.append(enrollments.c.closed_at.is_(None) if which.open else enrollments.c.closed_at.is_not(None))
    if which.state:
        found.append(enrollments.c.state == which.state)
    if which.campaign_key:
        found.append(campaigns.c.key == which.campaign_key)
    if which.rep_id is not None:
        found.append(enrollments.c.rep_id == which.rep_id)
    if which.prospect_id is not None:
        found.append(enrollments.c.prospect_id == which.prospect_id)
    if which.waiting is not None:
        asked = enrollments.c.waiting_for
        found.append(asked.is_not(None) if which.waiting else asked.is_(None))
    return found
