"""What a rep needs to know before a call: the recall, the person, and what was sent and said."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from drip.domain.call import REACHED
from drip.domain.enrollment import State as FileState
from drip.domain.send import State
from drip.store.batch import among, columns_of
from drip.store.engine import Unit
from drip.store.tables import companies, enrollments, facts, prospects, received, reps, sends


@dataclass(frozen=True, slots=True)
class Call:
    """A recall that is owed. `recall_at` is the start of its slot, `recall_on` its local day."""

    enrollment_id: int
    prospect_id: int
    email: str
    first_name: str
    last_name: str
    title: str
    phone: str
    company: str | None
    rep_id: int
    rep_name: str
    state: str
    time_zone: str
    country: str | None
    region: str | None
    call_window: str
    qualification: Mapping[str, Any]
    waiting_for: str | None
    opted_in_at: datetime | None
    recall_at: datetime
    recall_on: date
    recall_reason: str
    recall_promised: bool
    recall_tries: int
    rep_times: str | None  # as `store.times` reads them


@dataclass(frozen=True, slots=True)
class SentLetter:
    """A letter that went out: its step, its subject, and when (business time)."""

    enrollment_id: int
    step_key: str
    subject: str | None
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What a prospect wrote, and when that came."""

    note: str
    at: datetime


async def owed(unit: Unit, until: datetime, rep_id: int | None = None, limit: int = 500) -> list[Call]:
    """Recalls that begin before a time, the earliest first; those of one rep where it is given."""
    statement = _OWED.where(
        enrollments.c.recall_at < until, enrollments.c.state.not_in((FileState.ENDED, FileState.WON))
    )
    if rep_id is not None:
        statement = statement.where(enrollments.c.rep_id == rep_id)
    statement = statement.order_by(enrollments.c.recall_at, enrollments.c.id).limit(limit)
    return [Call(*row) for row in await unit.rows(statement)]


async def sent(unit: Unit, enrollment_ids: Collection[int]) -> list[SentLetter]:
    """The letters that went out in these enrollments, the oldest first."""
    statement = (
        select(*columns_of(SentLetter, sends))
        .where(among(unit.kind, sends.c.enrollment_id), sends.c.state.in_((State.ACCEPTED, State.UNCERTAIN)))
        .where(sends.c.settled_at.is_not(None))
        .order_by(sends.c.settled_at, sends.c.id)
    )
    return [SentLetter(*row) for row in await unit.rows(statement, {"ids": sorted(set(enrollment_ids))})]


async def qualification(unit: Unit, enrollment_id: int) -> Mapping[str, Any]:
    """What the rep found out before enrolling (R3); empty where the enrollment is not kept."""
    statement = select(enrollments.c.qualification).where(enrollments.c.id == enrollment_id)
    return await unit.value(statement) or {}


async def last_words(unit: Unit, prospect_ids: Collection[int]) -> dict[int, Said]:
    """What each of these prospects wrote last, where anything is kept."""
    statement = (
        select(received.c.prospect_id, received.c.note, received.c.at)
        .where(among(unit.kind, received.c.prospect_id), received.c.kind == "reply", received.c.note != "")
        .order_by(received.c.at, received.c.id)
    )
    rows = await unit.rows(statement, {"ids": sorted(set(prospect_ids))})
    return {row[0]: Said(row[1], row[2]) for row in rows}


async def agreed(unit: Unit, enrollment_ids: Collection[int]) -> dict[int, datetime]:
    """When a day was promised last, or a call reached them, in each of these enrollments where that ever was."""
    if not enrollment_ids:
        return {}
    talked = (facts.c.what == "called") & facts.c.reason.in_(sorted(REACHED))
    promised = (facts.c.what == "recall_set") & (facts.c.reason == "promised")
    statement = (
        select(facts.c.enrollment_id, func.max(facts.c.at))
        .where(among(unit.kind, facts.c.enrollment_id), talked | promised)
        .group_by(facts.c.enrollment_id)
    )
    return {row[0]: row[1] for row in await unit.rows(statement, {"ids": sorted(set(enrollment_ids))})}


_ELSEWHERE: dict[str, Any] = {
    "enrollment_id": enrollments.c.id,
    "first_name": prospects.c.first_name,
    "last_name": prospects.c.last_name,
    "title": prospects.c.title,
    "phone": prospects.c.phone,
    "company": companies.c.name.label("company"),
    "rep_name": reps.c.name.label("rep_name"),
    "rep_times": reps.c.times.label("rep_times"),
}
_OWED = select(
    *(_ELSEWHERE[name] if name in _ELSEWHERE else enrollments.c[name] for name in Call.__dataclass_fields__)
).select_from(
    enrollments.join(prospects, prospects.c.id == enrollments.c.prospect_id)
    .join(reps, reps.c.id == enrollments.c.rep_id)
    .outerjoin(companies, companies.c.id == prospects.c.company_id)
)
