"""Weeks: what came of a span of time, counted from the facts, for each campaign."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select

from drip.domain.enrollment import State
from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.tables import campaign_versions, campaigns, enrollments, facts

MOVED_UP = ("opted_in", "replied", "asked", "closing_answer", "completed")  # what brings a recall forward (R16, R19)


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one campaign. `opt_ins` and `saved` are people, each counted once; the others are facts."""

    campaign: str
    letters: int = 0
    opt_ins: int = 0
    replies: int = 0
    moved_up: int = 0
    saved: int = 0
    closed: int = 0
    calls: int = 0
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """Calls whose slot has begun: how many of a campaign, on which local day in which zone."""

    campaign: str
    recall_on: date
    time_zone: str
    calls: int


async def tallies(unit: Unit, begin: datetime, end: datetime, rep_id: int | None = None) -> list[Tally]:
    """What happened from `begin` up to `end` (business time), by campaign; of one rep's prospects where given."""
    parameters = {"begin": begin, "end": end} | ({} if rep_id is None else {"rep": rep_id})
    return [Tally(*row) for row in await unit.rows(_tallies(rep_id is not None), parameters)]


async def owed(unit: Unit, now: datetime, rep_id: int | None = None) -> list[Owed]:
    """The calls that are owed by now."""
    parameters = {"now": now} | ({} if rep_id is None else {"rep": rep_id})
    return [Owed(*row) for row in await unit.rows(_owed(rep_id is not None), parameters)]


def _facts(condition: Any) -> Any:
    return func.count(case((condition, facts.c.id)))


def _people(condition: Any) -> Any:
    return func.count(case((condition, facts.c.enrollment_id)).distinct())


@lru_cache
def _tallies(of_rep: bool) -> Any:
    what = facts.c.what
    later = facts.c.at > enrollments.c.enrolled_at  # the first recall is set, not moved
    counted = {
        "letters": _facts(what.in_(("email", "closing_email"))),
        "opt_ins": _people(and_(what == "opted_in", later)),
        "replies": _facts(what == "replied"),
        "moved_up": _facts(and_(what == "recall_set", facts.c.reason.in_(MOVED_UP), later)),
        "saved": _people(what == "reopened"),
        "closed": _facts(what == "file_closed"),
        "calls": _facts(what == "called"),
        "meetings": _facts(what == "won"),
    }
    statement = (
        select(campaigns.c.name, *(column.label(name) for name, column in counted.items()))
        .select_from(
            facts.join(enrollments, enrollments.c.id == facts.c.enrollment_id)
            .join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id)
            .join(campaigns, campaigns.c.id == campaign_versions.c.campaign_id)
        )
        .where(facts.c.at >= bindparam("begin", type_=UtcTime), facts.c.at < bindparam("end", type_=UtcTime))
        .group_by(campaigns.c.id, campaigns.c.name)
        .order_by(campaigns.c.name)
    )
    return statement.where(enrollments.c.rep_id == bindparam("rep")) if of_rep else statement


@lru_cache
def _owed(of_rep: bool) -> Any:
    day, zone = enrollments.c.recall_on, enrollments.c.time_zone
    statement = (
        select(campaigns.c.name, day, zone, func.count())
        .select_from(
            enrollments.join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id).join(
                campaigns, campaigns.c.id == campaign_versions.c.campaign_id
            )
        )
        .where(
            enrollments.c.recall_at <= bindparam("now", type_=UtcTime),
            enrollments.c.state.not_in((State.ENDED.value, State.WON.value)),
        )
        .group_by(campaigns.c.name, day, zone)
        .order_by(campaigns.c.name, day)
    )
    return statement.where(enrollments.c.rep_id == bindparam("rep")) if of_rep else statement
