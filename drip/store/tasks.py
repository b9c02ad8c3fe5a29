"""Tasks: what a person has to do that no recall says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from drip.store.batch import insert_many, packed
from drip.store.engine import Unit
from drip.store.tables import prospects, reps, tasks


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be opened; `code` is one of domain.facts.Need."""

    code: str
    prospect_id: int
    enrollment_id: int | None
    rep_id: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with who it is about; open while `done_at` is None."""

    id: int
    code: str
    prospect_id: int
    enrollment_id: int | None
    rep_id: int | None
    opened_at: datetime
    done_at: datetime | None
    done_by: str | None
    email: str
    first_name: str
    last_name: str
    rep_name: str | None


async def add(unit: Unit, new: Iterable[NewTask]) -> None:
    """Open tasks; one that is open already for the same prospect and code is not opened twice."""
    names = tuple(NewTask.__dataclass_fields__)
    rows = [{name: getattr(one, name) for name in names} for one in new]
    if rows:
        await unit.moved(insert_many(unit.kind, tasks, names, "DO NOTHING"), packed(rows))


async def listing(
    unit: Unit, rep_id: int | None = None, before: datetime | None = None, limit: int = 100
) -> list[TaskRow]:
    """Open tasks, the oldest first: of one rep where it is given, opened before a moment where it is."""
    statement = _READ.where(tasks.c.done_at.is_(None)).order_by(tasks.c.opened_at, tasks.c.id).limit(limit)
    if rep_id is not None:
        statement = statement.where(tasks.c.rep_id == rep_id)
    if before is not None:
        statement = statement.where(tasks.c.opened_at < before)
    return [TaskRow(*row) for row in await unit.rows(statement)]


async def of_prospect(unit: Unit, prospect_id: int) -> list[TaskRow]:
    """Every task about a prospect, done ones too, the oldest first."""
    statement = _READ.where(tasks.c.prospect_id == prospect_id).order_by(tasks.c.id)
    return [TaskRow(*row) for row in await unit.rows(statement)]


async def done(unit: Unit, task_id: int, who: str, now: datetime) -> bool:
    """Close one task; False when it is not open."""
    statement = update(tasks).where(tasks.c.id == task_id, tasks.c.done_at.is_(None))
    return (await unit.run(statement.values(done_at=now, done_by=who))).rowcount > 0


async def done_for(unit: Unit, prospect_id: int, codes: Iterable[str], who: str, now: datetime) -> int:
    """Close the open tasks of these codes about a prospect; how many they were."""
    statement = update(tasks).where(
        tasks.c.prospect_id == prospect_id, tasks.c.done_at.is_(None), tasks.c.code.in_(list(codes))
    )
    return (await unit.run(statement.values(done_at=now, done_by=who))).rowcount


_READ = select(
    *tasks.c["id", "code", "prospect_id", "enrollment_id", "rep_id", "opened_at", "done_at", "done_by"],
    prospects.c.email,
    prospects.c.first_name,
    prospects.c.last_name,
    reps.c.name.label("rep_name"),
).select_from(tasks.join(prospects, prospects.c.id == tasks.c.prospect_id).outerjoin(reps, reps.c.id == tasks.c.rep_id))
