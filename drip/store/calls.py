"""What a rep needs to know before a call besides the card: what was sent, said and agreed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from drip.domain.call import REACHED
from drip.domain.send import State
from drip.store.batch import among, columns_of
from drip.store.engine import Unit
from drip.store.tables import enrollments, facts, received, sends


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
