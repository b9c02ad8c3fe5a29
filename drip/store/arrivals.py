"""Rows of a customer list as they arrive: companies and prospects, thousands taken in by a few statements."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, func, select, text

from drip.domain.company import Relation
from drip.store import companies, prospects
from drip.store.batch import among
from drip.store.columns import UtcTime
from drip.store.engine import Kind, Unit
from drip.store.poured import pour
from drip.store.prospects import Counts
from drip.store.tables import prospects as people


class Arrival(NamedTuple):
    """A prospect as a list tells of one, and the company. Unknown is "" or None.

    The company is known by its `domain`, in lower case, or by its name where that is unknown.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    phone: str = ""
    owner_rep_id: int | None = None
    country: str | None = None
    region: str | None = None
    time_zone: str | None = None
    domain: str | None = None
    company: str = ""
    sic: str | None = None
    naics: str | None = None
    employees: int | None = None
    revenue: str | None = None  # with two digits after the point
    currency: str = "USD"
    relation: str = Relation.NONE.value


async def put_companies(unit: Unit, given: Sequence[Arrival], now: datetime) -> None:
    """Add or update the companies the rows tell of, as `companies.put` does it: what is unknown never erases what
    is known. Of two rows of one company the later one counts where both say something."""
    firms = _firms(given)
    if firms:
        await pour(unit, "arriving_companies", _COMPANIES, firms)
        for statement in _put_companies(unit.kind):
            await unit.run(statement, {"now": now})


async def put(unit: Unit, given: Sequence[Arrival], now: datetime) -> Counts:
    """Add or update prospects by email, each address once, as `prospects.put` does it; their companies are there."""
    if not given:
        return Counts(0, 0, 0)
    await pour(unit, "arriving_prospects", _PROSPECTS, [one[: _OWN + 2] for one in given])
    known = await unit.value(_KNOWN)
    changed = (await unit.run(_put_prospects(unit.kind), {"now": now})).rowcount
    added = len(given) - known
    return Counts(added, changed - added, len(given) - changed)


async def count_known(unit: Unit, emails: Sequence[str]) -> int:
    """How many of these addresses, each named once, are prospects already."""
    found: int = await unit.value(_counted(unit.kind), {"emails": emails})
    return found


_OWN = Arrival._fields.index("domain")  # fields of the prospect alone
_PEOPLE = ", ".join(Arrival._fields[:_OWN])
_FIRM = ", ".join("name" if name == "company" else name for name in Arrival._fields[_OWN:])
_COMPANIES = f"SELECT {_FIRM} FROM companies"
_PROSPECTS = f"SELECT {_PEOPLE}, email AS domain, email AS company FROM prospects"
# Looked up one by one: a join of a million companies with a thousand rows may be planned as one over all.
_EMPLOYER = """CASE WHEN a.domain IS NOT NULL THEN (SELECT c.id FROM companies c WHERE c.domain = a.domain)
    WHEN a.company <> '' THEN (SELECT c.id FROM companies c WHERE c.domain IS NULL AND c.name = a.company) END"""

_KNOWN = text("SELECT count((SELECT p.id FROM prospects p WHERE p.email = a.email)) FROM arriving_prospects a")


def _firms(given: Sequence[Arrival]) -> list[tuple[Any, ...]]:
    """The companies the rows tell of, each once."""
    found: dict[tuple[str | None, str], tuple[Any, ...]] = {}
    for one in given:
        if one.domain or one.company:
            firm = one[_OWN:]
            key = (one.domain, "" if one.domain else one.company)
            known = found.setdefault(key, firm)
            if known != firm:
                found[key] = _together(known, firm)
    return [(domain, name or domain, *others) for domain, name, *others in found.values()]


def _together(first: tuple[Any, ...], later: tuple[Any, ...]) -> tuple[Any, ...]:
    """Two rows about one company as one."""
    domain, name, sic, naics, employees, revenue, currency, relation = later
    return (
        domain,
        name or first[1],
        sic or first[2],
        naics or first[3],
        first[4] if employees is None else employees,
        first[5] if revenue is None else revenue,
        first[6] if revenue is None else currency,
        first[7] if relation == Relation.NONE else relation,
    )


@lru_cache
def _put_companies(kind: Kind) -> tuple[Executable, ...]:
    """One statement for those with a domain, one for those with a name only."""
    statement = f"INSERT INTO companies ({_FIRM}, created_at, updated_at) SELECT {_FIRM}, :now, :now"
    return tuple(
        _at(f"{statement} FROM arriving_companies WHERE {which} ON CONFLICT {conflict} {companies.when_known(kind)}")
        for which, conflict in (
            ("domain IS NOT NULL ORDER BY domain", "(domain)"),
            ("domain IS NULL ORDER BY name", "(name) WHERE domain IS NULL"),
        )
    )


@lru_cache
def _put_prospects(kind: Kind) -> Executable:
    return _at(
        f"INSERT INTO prospects ({_PEOPLE}, company_id, created_at, updated_at) "
        f"SELECT {_PEOPLE}, {_EMPLOYER}, :now, :now FROM arriving_prospects a WHERE true "
        f"ORDER BY email ON CONFLICT (email) {prospects.when_known(kind)}"
    )


@lru_cache
def _counted(kind: Kind) -> Executable:
    return select(func.count()).where(among(kind, people.c.email, "emails"))


def _at(statement: str) -> Executable:
    return text(statement).bindparams(bindparam("now", type_=UtcTime()))
