"""A clean row as the store takes it: as a whole, or as the company and the prospect it tells of."""

from functools import lru_cache

from drip.actions.freemail import company_domain
from drip.actions.importing.row import Incoming
from drip.domain.company import Company, Relation
from drip.store.arrivals import Arrival
from drip.store.prospects import NewProspect

_NO_RELATION = Relation.NONE.value


def arrival_of(row: Incoming, owner_rep_id: int | None) -> Arrival:
    """All that a row tells of; the company is the one of `company_of`."""
    return Arrival(
        row.email,
        row.first_name or "",
        row.last_name or "",
        row.title or "",
        row.phone or "",
        owner_rep_id,
        row.country,
        row.region,
        row.time_zone,
        _employer(row.email.rpartition("@")[2], row.domain),
        row.company or "",
        row.sic,
        row.naics,
        row.employees,
        None if row.revenue is None else f"{row.revenue:.2f}",
        row.currency or "USD",
        row.relation.value if row.relation else _NO_RELATION,
    )


def company_of(row: Incoming) -> Company | None:
    """The company a row tells of; known by its domain, else the address's, else its name."""
    domain = company_domain(row.email, row.domain)
    if domain is None and not row.company:
        return None
    return Company(
        name=row.company or domain or "",
        domain=domain,
        sic=row.sic,
        naics=row.naics,
        employees=row.employees,
        revenue=row.revenue,
        currency=row.currency or "USD",
        relation=row.relation or Relation.NONE,
    )


def prospect_of(row: Incoming, company_id: int | None, owner_rep_id: int | None) -> NewProspect:
    """The prospect a row tells of."""
    return NewProspect(
        email=row.email,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        title=row.title or "",
        phone=row.phone or "",
        company_id=company_id,
        owner_rep_id=owner_rep_id,
        country=row.country,
        region=row.region,
        time_zone=row.time_zone,
    )


@lru_cache(maxsize=10_000)
def _employer(domain: str, stated: str | None) -> str | None:
    return company_domain(f"@{domain}", stated)
