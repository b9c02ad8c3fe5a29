"""Companies: the prospects' firms, known by their domain, or by name where that is unknown."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from drip.domain.company import Company, Relation
from drip.store.batch import among, insert_many, packed
from drip.store.engine import AnyRow, Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import companies, prospects

_FIELDS = ("name", "domain", "sic", "naics", "employees", "revenue", "currency", "country", "relation")


async def put(unit: Unit, given: Sequence[Company], now: datetime) -> list[int]:
    """Add or update companies; their ids in the order given.

    What is unknown (None, or an empty name) never erases what is known; of two with the same
    domain the later one counts. `relation` changes only when it is not "none", the currency only
    together with a revenue.
    """
    by_domain = {one.domain.lower(): one for one in given if one.domain}
    by_name = {one.name: one for one in given if not one.domain}
    ids: dict[tuple[str, str], int] = {}
    for column, batch, conflict in (
        ("domain", by_domain, f"(domain) {when_known(unit.kind)}"),
        ("name", by_name, f"(name) WHERE domain IS NULL {when_known(unit.kind)}"),
    ):
        if batch:
            rows = [_written(one, now) for _, one in sorted(batch.items())]
            await unit.run(insert_many(unit.kind, companies, _NEW, conflict), packed(rows))
            ids |= await _ids(unit, column, batch)
    return [ids["domain", one.domain.lower()] if one.domain else ids["name", one.name] for one in given]


async def get(unit: Unit, ids: Iterable[int]) -> dict[int, Company]:
    """The companies with these ids."""
    rows = await unit.rows(_by_ids(unit.kind), {"ids": sorted(set(ids))})
    return {row[0]: _read(row) for row in rows}


async def colleagues(unit: Unit, prospect_id: int) -> list[int]:
    """The other prospects at the same company: ids, ascending (R34)."""
    own = select(prospects.c.company_id).where(prospects.c.id == prospect_id).scalar_subquery()
    statement = select(prospects.c.id).where(prospects.c.company_id == own, prospects.c.id != prospect_id)
    return [row[0] for row in await unit.rows(statement.order_by(prospects.c.id))]


async def relations(unit: Unit, domains: Iterable[str]) -> dict[str, Relation]:
    """What the companies with these domains are to us, where that is anything (R4)."""
    rows = await unit.rows(_relations(unit.kind), {"domains": sorted(set(domains))})
    return {row[0]: Relation(row[1]) for row in rows}


def when_known(kind: Kind) -> str:
    """What an INSERT does with one that is there already: what is unknown erases nothing, and one that
    would stay as it is is left alone."""
    differs = "IS NOT" if kind == "sqlite" else "IS DISTINCT FROM"
    changes = ", ".join(f"{name} = {value}" for name, value in _AFTER.items())
    news = " OR ".join(f"companies.{name} {differs} {value}" for name, value in _AFTER.items())
    return f"DO UPDATE SET updated_at = excluded.updated_at, {changes} WHERE {news}"


_NEW = (*_FIELDS, "created_at", "updated_at")
_COLUMNS = [companies.c[name] for name in _FIELDS]
_KEEP = ("sic", "naics", "employees", "revenue", "country")
_AFTER = {name: f"coalesce(excluded.{name}, companies.{name})" for name in _KEEP} | {
    "name": "CASE WHEN excluded.name IN ('', excluded.domain) THEN companies.name ELSE excluded.name END",
    "relation": "CASE WHEN excluded.relation = 'none' THEN companies.relation ELSE excluded.relation END",
    "currency": "CASE WHEN excluded.revenue IS NULL THEN companies.currency ELSE excluded.currency END",
}


@lru_cache
def _by_ids(kind: Kind) -> Select[Any]:
    return select(companies.c.id, *_COLUMNS).where(among(kind, companies.c.id))


@lru_cache
def _relations(kind: Kind) -> Prepared:
    mine = among(kind, companies.c.domain, "domains")
    return Prepared(select(companies.c.domain, companies.c.relation).where(mine, companies.c.relation != Relation.NONE))


async def _ids(unit: Unit, column: str, wanted: Iterable[str]) -> dict[tuple[str, str], int]:
    kept = companies.c[column]
    statement = select(kept, companies.c.id).where(among(unit.kind, kept, "wanted"))
    if column == "name":
        statement = statement.where(companies.c.domain.is_(None))
    return {(column, row[0]): row[1] for row in await unit.rows(statement, {"wanted": sorted(wanted)})}


def _written(company: Company, now: datetime) -> dict[str, Any]:
    row = {name: getattr(company, name) for name in _FIELDS}
    row["domain"] = company.domain.lower() if company.domain else None
    return row | {"created_at": now, "updated_at": now}


def _read(row: AnyRow) -> Company:
    values = dict(zip(_FIELDS, row[1:], strict=True))
    return Company(**values | {"relation": Relation(values["relation"])})
