"""What a forecast starts from: enrollments to which something comes, a page at a time, and letters under way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, text

from drip.domain.enrollment import OPEN_STATES, State
from drip.domain.send import State as SendState
from drip.store import enrollments as opens
from drip.store.batch import among
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.tables import campaign_versions, campaigns, enrollments, sends
from drip.store.tables.sends_tables import GONE, UNFINISHED


@dataclass(frozen=True, slots=True)
class Which:
    """Whose enrollments to look at; None does not matter. `homeless_of`: the rep who has this mailbox, by
    which what was enrolled before it goes. `beside`: also every other one of these mailboxes, whose letters
    take of the same pace."""

    rep_id: int | None = None
    mailbox_id: int | None = None
    homeless_of: int | None = None
    campaign_key: str | None = None
    beside: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that was planned and has not left, or that goes again (R40). `due_at` is business time,
    `retry_at` machine time."""

    key: str
    run: int
    state: SendState
    due_at: datetime
    retry_at: datetime | None
    attempts: int
    lost: int  # handovers before this one whose answer was lost


@dataclass(frozen=True, slots=True)
class Start:
    """An enrollment as it stands, with the letter that is under way."""

    open: Open
    letter: Waiting | None


async def count(unit: Unit, which: Which, end: datetime) -> int:
    """How many enrollments there are to which something comes before `end` (business time)."""
    found: int = await unit.value(select(func.count()).select_from(enrollments).where(*_wanted(which, end)))
    return found


async def page(unit: Unit, which: Which, end: datetime, after: int, limit: int) -> tuple[list[int], list[Start]]:
    """The next `limit` of them with ids above `after`: all their ids, and those that can be read. To be the
    first that is asked in its unit: what is planned meanwhile is seen whole or not at all."""
    await _see_one_moment(unit)
    mine = select(enrollments.c.id).where(enrollments.c.id > after, *_wanted(which, end))
    ids = [row[0] for row in await unit.rows(mine.order_by(enrollments.c.id).limit(limit))]
    return ids, await _starts(unit, ids)


async def those(unit: Unit, ids: Collection[int]) -> list[Start]:
    """These enrollments, as far as they can be read; to be the first that is asked in its unit."""
    await _see_one_moment(unit)
    return await _starts(unit, ids)


async def mailboxes_of(unit: Unit, which: Which) -> frozenset[int]:
    """The mailboxes these enrollments write from, while their files are open."""
    mine = and_(enrollments.c.state.in_(OPEN_STATES), enrollments.c.mailbox_id.is_not(None), _asked(which))
    rows = await unit.rows(select(enrollments.c.mailbox_id).where(mine).distinct())
    return frozenset(row[0] for row in rows)


async def gone_since(unit: Unit, mailbox_id: int, since: datetime) -> list[tuple[datetime, str]]:
    """When the letters of a mailbox left that count since a machine time, ascending, and to which addresses."""
    mine = (sends.c.mailbox_id == mailbox_id, sends.c.handed_at > since, text(f"sends.{GONE}"))
    to = sends.join(enrollments, enrollments.c.id == sends.c.enrollment_id)
    left = select(sends.c.handed_at, enrollments.c.email).select_from(to).where(*mine)
    return [(row[0], row[1]) for row in await unit.rows(left.order_by(sends.c.handed_at))]


async def _see_one_moment(unit: Unit) -> None:
    if unit.kind == "postgresql":
        await unit.run(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


async def _starts(unit: Unit, ids: Collection[int]) -> list[Start]:
    letters = await _letters(unit, ids)
    return [Start(one, letters.get(one.id)) for one in (await opens.readable(unit, ids)).values()]


async def _letters(unit: Unit, ids: Collection[int]) -> dict[int, Waiting]:
    """The letter under way of each of these enrollments that has one."""
    again = and_(sends.c.state == SendState.UNCERTAIN, sends.c.retry_at.is_not(None))
    columns = (sends.c.enrollment_id, *(sends.c[name] for name in Waiting.__dataclass_fields__))
    statement = select(*columns).where(among(unit.kind, sends.c.enrollment_id), or_(text(f"sends.{UNFINISHED}"), again))
    rows = await unit.rows(statement.order_by(sends.c.id.desc()), {"ids": sorted(ids)})
    return {row[0]: Waiting(row.key, row.run, SendState(row.state), *row[4:]) for row in rows}


def _wanted(which: Which, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """Something comes: the service looks again, a letter is under way, or a call is owed."""
    mine = _asked(which)
    if which.beside:
        mine = or_(mine, enrollments.c.mailbox_id.in_(sorted(which.beside)))
    under_way = and_(enrollments.c.next_at.is_(None), enrollments.c.state.in_(OPEN_STATES))
    owed = and_(enrollments.c.recall_at < end, enrollments.c.state.not_in((State.ENDED, State.WON)))
    return mine, or_(enrollments.c.next_at < end, under_way, owed)


def _asked(which: Which) -> ColumnElement[bool]:
    wanted: list[Any] = [text("1 = 1")]
    if which.rep_id is not None:
        wanted.append(enrollments.c.rep_id == which.rep_id)
    if which.mailbox_id is not None:
        homeless = and_(enrollments.c.mailbox_id.is_(None), enrollments.c.rep_id == which.homeless_of)
        wanted.append(or_(enrollments.c.mailbox_id == which.mailbox_id, homeless))
    if which.campaign_key is not None:
        versions = select(campaign_versions.c.id).join(campaigns).where(campaigns.c.key == which.campaign_key)
        wanted.append(enrollments.c.version_id.in_(versions))
    return and_(*wanted)
