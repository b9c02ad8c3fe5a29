"""Choose prospects for a bulk, and keep two bulks of one rep apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from drip.domain.enrollment import OPEN_STATES
from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import companies, enrollments, prospects, reps


@dataclass(frozen=True, slots=True)
class Choice:
    """Which prospects to enroll in bulk; what is None does not matter.

    `free` leaves out those with an open file.
    """

    owner_rep_id: int | None = None
    country: str | None = None
    company_domain: str | None = None
    free: bool = True


async def chosen(unit: Unit, choice: Choice, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
    """(id, address) of the prospects that fit, by id, with ids above `after`."""
    statement = select(prospects.c.id, prospects.c.email).where(prospects.c.id > after)
    if choice.owner_rep_id is not None:
        statement = statement.where(prospects.c.owner_rep_id == choice.owner_rep_id)
    if choice.country is not None:
        statement = statement.where(prospects.c.country == choice.country)
    if choice.company_domain is not None:
        firm = select(companies.c.id).where(companies.c.domain == choice.company_domain)
        statement = statement.where(prospects.c.company_id.in_(firm))
    if choice.free:
        taken = select(enrollments.c.prospect_id).where(enrollments.c.state.in_(OPEN_STATES))
        statement = statement.where(prospects.c.id.not_in(taken))
    rows = await unit.rows(statement.order_by(prospects.c.id).limit(limit))
    return [(row[0], row[1]) for row in rows]


async def lock_reps(unit: Unit, rep_ids: Iterable[int]) -> None:
    """Let no other unit enroll for these reps before this one ends, so that the limit holds (R4)."""
    await unit.rows(_locked(unit.kind), {"ids": sorted(set(rep_ids))})


@lru_cache
def _locked(kind: Kind) -> Prepared:
    statement = select(reps.c.id).where(among(kind, reps.c.id)).order_by(reps.c.id)
    return Prepared(statement.with_for_update(key_share=True))
