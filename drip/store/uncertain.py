"""Uncertain sends: those whose answer was lost, as people look at them, and saying what became of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select, text, update

from drip.domain.send import Move, State
from drip.store.engine import Unit
from drip.store.leases import from_where
from drip.store.tables import attempts, enrollments, mailboxes, prospects, sends
from drip.store.tables.sends_tables import UNFINISHED


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A letter whose answer was lost. `handed_at`, `lost_at` and `again_at` (when the policy sends it again;
    None: it does not, any more) are machine time, `since` business; `phase` and `said` are the last attempt's."""

    id: int
    enrollment_id: int
    prospect_id: int
    email: str
    first_name: str
    last_name: str
    run: int
    key: str
    step_key: str
    n: int | None
    mailbox_id: int | None
    mailbox: str | None
    policy: str | None
    handed_at: datetime | None
    lost_at: datetime | None
    since: datetime | None
    phase: str | None
    said: str | None
    attempts: int
    lost: int
    again_at: datetime | None


async def listing(unit: Unit, mailbox_id: int | None = None, after: int = 0, limit: int = 50) -> list[Uncertain]:
    """Uncertain letters by id, those above `after`; of one mailbox where it is given."""
    statement = _UNCERTAIN.where(text("sends.state = 'uncertain'"), sends.c.id > after)
    if mailbox_id is not None:
        statement = statement.where(sends.c.mailbox_id == mailbox_id)
    return [Uncertain(*row) for row in await unit.rows(statement.order_by(sends.c.id).limit(limit))]


async def get(unit: Unit, send_id: int) -> Uncertain | None:
    """One of them; None for a letter that is not uncertain."""
    row = await unit.row(_UNCERTAIN.where(sends.c.id == send_id, text("sends.state = 'uncertain'")))
    return None if row is None else Uncertain(*row)


async def land(unit: Unit, send_id: int, state: State) -> bool:
    """uncertain -> accepted or refused, on a person's word; False when it is not uncertain any more."""
    values = {"state": state, "outcome_class": str(state), "retry_at": None}
    done = await unit.run(update(sends).where(sends.c.id == send_id, from_where(Move.RESOLVE)).values(**values))
    return done.rowcount > 0


async def go_again(unit: Unit, send_id: int, due_at: datetime, now: datetime) -> bool:
    """uncertain -> due, to go as the same letter at a business time, and as old as one planned `now`; False when
    it is not uncertain any more, or while the enrollment has another letter on its way."""
    other = sends.alias("other")
    busy = exists().where(other.c.enrollment_id == sends.c.enrollment_id, text(f"other.{UNFINISHED}"))
    statement = (
        update(sends)
        .values(
            state=State.DUE,
            due_at=due_at,
            planned_at=now,
            settled_at=None,
            retry_at=None,
            lost_at=sends.c.handed_at,
            lost=sends.c.lost + 1,
        )
        .where(sends.c.id == send_id, from_where(Move.RESOLVE), ~busy)
    )
    return (await unit.run(statement)).rowcount > 0


_UNCERTAIN = select(
    sends.c.id,
    sends.c.enrollment_id,
    sends.c.prospect_id,
    enrollments.c.email,
    prospects.c.first_name,
    prospects.c.last_name,
    sends.c.run,
    sends.c.key,
    sends.c.step_key,
    sends.c.n,
    sends.c.mailbox_id,
    mailboxes.c.name,
    mailboxes.c.uncertain_policy,
    attempts.c.began_at,
    sends.c.handed_at,
    sends.c.settled_at,
    attempts.c.phase,
    attempts.c.text,
    sends.c.attempts,
    sends.c.lost,
    sends.c.retry_at,
).select_from(
    sends.join(enrollments, enrollments.c.id == sends.c.enrollment_id)
    .join(prospects, prospects.c.id == sends.c.prospect_id)
    .outerjoin(mailboxes, mailboxes.c.id == sends.c.mailbox_id)
    .outerjoin(attempts, and_(attempts.c.send_id == sends.c.id, attempts.c.number == sends.c.attempts))
)
