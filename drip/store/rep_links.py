"""What a rep's private links are bound to: the last call of an enrollment, and how often links were renewed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import and_, bindparam, func, select, update

from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, facts, prospects, reps


@dataclass(frozen=True, slots=True)
class Bound:
    """What a link to this enrollment's recall is bound to. `last_call` is a fact's id, 0 before the first call;
    `recall_on` the prospect's day, None without a recall."""

    enrollment_id: int
    rep_id: int
    recall_on: date | None
    last_call: int
    renewed: int


async def bound(unit: Unit, enrollment_ids: Collection[int]) -> dict[int, Bound]:
    """What links to these enrollments are bound to now, by enrollment; one that does not exist is left out."""
    if not enrollment_ids:
        return {}
    rows = await unit.rows(_bound(unit.kind), {"ids": sorted(set(enrollment_ids))})
    return {row[0]: Bound(*row) for row in rows}


async def changes(unit: Unit, enrollment_ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """How often the recall of each of these enrollments was set, and when it, or who is to be called, changed last
    (business time)."""
    if not enrollment_ids:
        return {}
    rows = await unit.rows(_changes(unit.kind), {"ids": sorted(set(enrollment_ids))})
    return {row[0]: (row[1], max(moment for moment in row[2:] if moment is not None)) for row in rows}


async def renewed(unit: Unit, rep_id: int) -> int | None:
    """How often a rep's links were renewed; None without such a rep."""
    found: int | None = await unit.value(_RENEWED, {"rep": rep_id})
    return found


async def renew(unit: Unit, rep_id: int) -> int:
    """Make every link of a rep so far a dead one; how often that was done by now."""
    more = update(reps).where(reps.c.id == rep_id).values(links_renewed=reps.c.links_renewed + 1)
    times: int = await unit.value(more.returning(reps.c.links_renewed))
    return times


_LAST_CALL = (
    select(func.coalesce(func.max(facts.c.id), 0))
    .where(facts.c.enrollment_id == enrollments.c.id, facts.c.what == "called")
    .scalar_subquery()
)
_RENEWED = Prepared(select(reps.c.links_renewed).where(reps.c.id == bindparam("rep")))


@lru_cache
def _bound(kind: Kind) -> Prepared:
    return Prepared(
        select(enrollments.c.id, enrollments.c.rep_id, enrollments.c.recall_on, _LAST_CALL, reps.c.links_renewed)
        .select_from(enrollments.join(reps, reps.c.id == enrollments.c.rep_id))
        .where(among(kind, enrollments.c.id))
    )


@lru_cache
def _changes(kind: Kind) -> Prepared:
    was_set = and_(facts.c.enrollment_id == enrollments.c.id, facts.c.what == "recall_set")
    joined = enrollments.join(prospects, prospects.c.id == enrollments.c.prospect_id).outerjoin(facts, was_set)
    return Prepared(
        select(
            enrollments.c.id,
            func.count(facts.c.id),
            func.max(facts.c.at),
            enrollments.c.enrolled_at,
            prospects.c.updated_at,
        )
        .select_from(joined)
        .where(among(kind, enrollments.c.id))
        .group_by(enrollments.c.id, enrollments.c.enrolled_at, prospects.c.updated_at)
    )
