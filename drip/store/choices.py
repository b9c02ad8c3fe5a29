"""Choose prospects by what they have in common, and keep two bulks of one rep apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, or_, select

from drip.domain.enrollment import OPEN_STATES
from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import companies, enrollments, prospects, reps


@dataclass(frozen=True, slots=True)
class Choice:
    """Which prospects: what is None does not matter. Every word of `search` stands in name, email, title or company,
    in any case; `free` leaves out those with an open file."""

    search: str = ""
    owner_rep_id: int | None = None
    country: str | None = None
    company_domain: str | None = None
    free: bool = False


EVERYBODY = Choice()


async def chosen(unit: Unit, choice: Choice, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
    """(id, address) of the prospects that fit, by id, with ids above `after`."""
    of = prospects.outerjoin(companies, companies.c.id == prospects.c.company_id)
    statement = select(prospects.c.id, prospects.c.email).select_from(of).where(prospects.c.id > after)
    rows = await unit.rows(statement.where(*fitting(choice)).order_by(prospects.c.id).limit(limit))
    return [(row[0], row[1]) for row in rows]


def fitting(choice: Choice) -> list[ColumnElement[bool]]:
    """The conditions on prospects and their companies, which the statement has joined."""
    wanted = [_says(word) for word in choice.search.split()]
    if choice.owner_rep_id is not None:
        wanted.append(prospects.c.owner_rep_id == choice.owner_rep_id)
    if choice.country is not None:
        wanted.append(prospects.c.country == choice.country)
    if choice.company_domain is not None:
        wanted.append(companies.c.domain == choice.company_domain)
    if choice.free:
        taken = select(enrollments.c.prospect_id).where(enrollments.c.state.in_(OPEN_STATES))
        wanted.append(prospects.c.id.not_in(taken))
    return wanted


async def lock_reps(unit: Unit, rep_ids: Iterable[int]) -> None:
    """Let no other unit enroll for these reps before this one ends, so that the limit holds (R4)."""
    await unit.rows(_locked(unit.kind), {"ids": sorted(set(rep_ids))})


@lru_cache
def _locked(kind: Kind) -> Prepared:
    statement = select(reps.c.id).where(among(kind, reps.c.id)).order_by(reps.c.id)
    return Prepared(statement.with_for_update(key_share=True))


def _says(word: str) -> ColumnElement[bool]:
    columns = (*(prospects.c[name] for name in ("email", "first_name", "last_name", "title")), companies.c.name)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))
