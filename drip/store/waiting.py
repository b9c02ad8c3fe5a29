"""Due letters that wait for their mailbox: because it is paused, or because it is at its pace (R37)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, bindparam, cast, exists, func, or_, select, text

from drip.domain.send import State
from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, facts, mailboxes, rests, sends
from drip.store.tables.sends_tables import DUE, UNFINISHED


@dataclass(frozen=True, slots=True)
class Waiting:
    """A due letter whose wait has not been explained yet."""

    send_id: int
    enrollment_id: int
    prospect_id: int
    step_key: str
    email: str


async def mailboxes_behind(unit: Unit, due_before: datetime) -> dict[int, bool]:
    """Mailboxes that could make letters wait and have one due since before this business time, by id;
    true: the mailbox is paused."""
    return {row[0]: bool(row[1]) for row in await unit.rows(_BEHIND, {"before": due_before})}


async def unexplained(unit: Unit, mailbox_id: int, reason: str, due_before: datetime, limit: int) -> list[Waiting]:
    """Its letters that are due since before this business time and have no `held` of this reason yet."""
    told = exists().where(
        facts.c.enrollment_id == sends.c.enrollment_id,
        facts.c.send_id == sends.c.id,
        facts.c.what == "held",
        facts.c.reason == reason,
    )
    statement = (
        select(sends.c.id, sends.c.enrollment_id, sends.c.prospect_id, sends.c.step_key, enrollments.c.email)
        .join(enrollments, enrollments.c.id == sends.c.enrollment_id)
        .where(sends.c.mailbox_id == mailbox_id, sends.c.state == State.DUE, sends.c.due_at <= due_before, ~told)
        .order_by(sends.c.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in await unit.rows(statement)]


async def by_state(unit: Unit, mailbox_id: int) -> dict[State, int]:
    """How many letters of a mailbox are unfinished or uncertain, by state; a state with none is left out."""
    mine = select(sends.c.state, func.count()).where(sends.c.mailbox_id == mailbox_id)
    open_ = [*await unit.rows(mine.where(text(f"sends.{UNFINISHED}")).group_by(sends.c.state))]
    lost = [*await unit.rows(mine.where(text("sends.state = 'uncertain'")).group_by(sends.c.state))]
    return {State(state): number for state, number in open_ + lost}


def _behind() -> Prepared:
    late = exists().where(
        sends.c.mailbox_id == mailboxes.c.id,
        text(f"sends.{DUE}"),
        sends.c.due_at <= bindparam("before", type_=UtcTime),
    )
    limited = or_(
        mailboxes.c.per_minute.is_not(None),
        mailboxes.c.per_day.is_not(None),
        cast(mailboxes.c.domain_pace, Text) != "{}",
        exists().where(rests.c.mailbox_id == mailboxes.c.id),
    )
    paused = mailboxes.c.state == "paused"
    return Prepared(select(mailboxes.c.id, paused.label("paused")).where(late, or_(limited, paused)))


_BEHIND = _behind()
