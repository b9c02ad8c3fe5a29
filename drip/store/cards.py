"""Cards: what a rep needs to know of a person before a call, whether a call is owed or not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, text

from drip.domain.enrollment import State as FileState
from drip.store.batch import among
from drip.store.columns import UtcTime
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import (
    appointments,
    campaign_versions,
    campaigns,
    companies,
    enrollments,
    prospects,
    reps,
    sends,
    visits,
)
from drip.store.tables.appointments_table import FIRM


@dataclass(frozen=True, slots=True)
class Card:
    """A file and its person. `recall_at` is the start of the call's slot, `recall_on` its local day."""

    enrollment_id: int
    prospect_id: int
    rep_id: int
    rep_name: str
    rep_times: str | None  # as `store.times` reads them
    email: str
    first_name: str
    last_name: str
    title: str
    phone: str
    company: str | None
    campaign: str
    state: str
    closed_reason: str | None
    time_zone: str
    country: str | None
    region: str | None
    call_window: str
    qualification: Mapping[str, Any]
    waiting_for: str | None
    waiting_since: datetime | None
    opted_in_at: datetime | None
    recall_at: datetime | None
    recall_on: date | None
    recall_reason: str | None
    recall_promised: bool
    recall_tries: int
    firm_at: datetime | None  # when the firm appointment begins, where there is one

    @property
    def is_firm(self) -> bool:
        """Whether the call was agreed for its very hour, not for a window."""
        return self.firm_at is not None and self.firm_at == self.recall_at

    @property
    def name(self) -> str:
        """The person's name, else the address."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass(frozen=True, slots=True)
class Click:
    """How often a person, no scanner, opened links of a letter, and when last."""

    send_id: int
    enrollment_id: int
    subject: str
    times: int
    last_at: datetime


async def of(unit: Unit, enrollment_ids: Collection[int]) -> dict[int, Card]:
    """The cards of these enrollments."""
    if not enrollment_ids:
        return {}
    rows = await unit.rows(_of(unit.kind), {"ids": sorted(set(enrollment_ids))})
    return {row[0]: Card(*row) for row in rows}


async def owed(unit: Unit, until: datetime, rep_id: int | None = None, limit: int = 500) -> list[Card]:
    """The calls that are owed, whose slot begins before a time, the earliest first; those of one rep where it is
    given. Each has a recall."""
    parameters = {"until": until, "most": limit} | ({} if rep_id is None else {"rep": rep_id})
    return [Card(*row) for row in await unit.rows(_owed(rep_id is not None), parameters)]


async def clicks(unit: Unit, enrollment_ids: Collection[int]) -> list[Click]:
    """What persons opened of the letters of these enrollments, the last first."""
    if not enrollment_ids:
        return []
    rows = await unit.rows(_clicks(unit.kind), {"ids": sorted(set(enrollment_ids))})
    return [Click(*row) for row in rows]


_ELSEWHERE: dict[str, Any] = {
    "enrollment_id": enrollments.c.id,
    "first_name": prospects.c.first_name,
    "last_name": prospects.c.last_name,
    "title": prospects.c.title,
    "phone": prospects.c.phone,
    "company": companies.c.name.label("company"),
    "rep_name": reps.c.name.label("rep_name"),
    "rep_times": reps.c.times.label("rep_times"),
    "campaign": campaigns.c.name.label("campaign"),
    "firm_at": appointments.c.starts_at.label("firm_at"),
}
_FIRM = (appointments.c.enrollment_id == enrollments.c.id) & text(f"appointments.{FIRM}")
_CARD = select(
    *(_ELSEWHERE[name] if name in _ELSEWHERE else enrollments.c[name] for name in Card.__dataclass_fields__)
).select_from(
    enrollments.join(prospects, prospects.c.id == enrollments.c.prospect_id)
    .join(reps, reps.c.id == enrollments.c.rep_id)
    .join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id)
    .join(campaigns, campaigns.c.id == campaign_versions.c.campaign_id)
    .outerjoin(companies, companies.c.id == prospects.c.company_id)
    .outerjoin(appointments, _FIRM)
)


@lru_cache
def _owed(of_rep: bool) -> Prepared:
    statement = (
        _CARD.where(
            enrollments.c.recall_at < bindparam("until", type_=UtcTime),
            enrollments.c.state != FileState.ENDED.value,
            enrollments.c.state != FileState.WON.value,
        )
        .order_by(enrollments.c.recall_at, enrollments.c.id)
        .limit(bindparam("most"))
    )
    return Prepared(statement.where(enrollments.c.rep_id == bindparam("rep")) if of_rep else statement)


@lru_cache
def _of(kind: Kind) -> Prepared:
    return Prepared(_CARD.where(among(kind, enrollments.c.id)))


@lru_cache
def _clicks(kind: Kind) -> Prepared:
    last = func.max(visits.c.at, type_=UtcTime)
    return Prepared(
        select(sends.c.id, sends.c.enrollment_id, func.coalesce(sends.c.subject, sends.c.step_key), func.count(), last)
        .select_from(visits.join(sends, sends.c.id == visits.c.send_id))
        .where(among(kind, sends.c.enrollment_id), visits.c.judged == "person")
        .group_by(sends.c.id, sends.c.enrollment_id, sends.c.subject, sends.c.step_key)
        .order_by(last.desc())
    )
