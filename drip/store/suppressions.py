"""Suppressions: whom we must not mail, and why; added, found for many addresses at once, lifted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import or_, select, update

from drip.domain.suppression import Reason, Suppression, keys, normal, why
from drip.store.batch import among, columns_of, insert_many, packed
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import suppressions


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """A suppression; live while `lifted_at` is None. Either `address` or `domain` is there."""

    id: int
    address: str | None
    domain: str | None
    reason: str
    at: datetime
    who: str
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


async def add(unit: Unit, what: str, reason: str, who: str, now: datetime) -> bool:
    """Suppress an address or a whole domain; False when it was already.

    Of two reasons the graver one stays (domain.suppression.Reason). Raises AddressError.
    """
    known = normal(what)
    column = "address" if "@" in known else "domain"
    row = {column: known, "reason": reason, "who": who, "at": now}
    statement = insert_many(
        unit.kind,
        suppressions,
        (column, "reason", "at", "who"),
        f"({column}) WHERE lifted_at IS NULL DO NOTHING",
        ("id",),
    )
    if await unit.row(statement, packed([row])) is not None:
        return True
    live = suppressions.c.lifted_at.is_(None) & (suppressions.c[column] == known)
    milder = suppressions.c.reason.in_(_milder(reason))
    await unit.run(update(suppressions).where(live, milder).values(reason=reason, who=who, at=now))
    return False


async def find(unit: Unit, addresses: Iterable[str]) -> dict[str, str]:
    """Which of these addresses must not be mailed: address as given to the gravest reason.

    An entry for a domain counts for every address in it and below it. Raises AddressError.
    """
    return await find_by_keys(unit, {address: keys(address) for address in addresses})


async def find_by_keys(unit: Unit, asked: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """As `find`, of addresses whose keys (`domain.suppression.keys`) are known already."""
    wanted: set[str] = set().union(*asked.values())
    found = [Suppression(row[0] or row[1], row[2]) for row in await unit.rows(_live(unit.kind), {"keys": wanted})]
    stopped = {one.what for one in found}
    answers = {one: why(one, found) for one, known in asked.items() if not stopped.isdisjoint(known)}
    return {one: reason for one, reason in answers.items() if reason is not None}


async def lift(unit: Unit, what: str, reason: str, who: str, now: datetime) -> bool:
    """Allow an address or domain again, for a reason that is kept; False when it was not suppressed.

    Raises AddressError.
    """
    known = normal(what)
    column = suppressions.c["address" if "@" in known else "domain"]
    done = await unit.run(
        update(suppressions)
        .where(column == known, suppressions.c.lifted_at.is_(None))
        .values(lifted_at=now, lifted_by=who, lifted_reason=reason)
    )
    return done.rowcount > 0


async def history(unit: Unit, what: str) -> list[SuppressionRow]:
    """Every suppression an address or domain ever had, the newest first. Raises AddressError."""
    known = normal(what)
    column = suppressions.c["address" if "@" in known else "domain"]
    statement = select(*_COLUMNS).where(column == known).order_by(suppressions.c.id.desc())
    return [SuppressionRow(*row) for row in await unit.rows(statement)]


async def listing(unit: Unit, before: int | None = None, limit: int = 50) -> list[SuppressionRow]:
    """Live suppressions, the newest first; `before` is the last id of the page before."""
    statement = select(*_COLUMNS).where(suppressions.c.lifted_at.is_(None))
    if before is not None:
        statement = statement.where(suppressions.c.id < before)
    return [SuppressionRow(*row) for row in await unit.rows(statement.order_by(suppressions.c.id.desc()).limit(limit))]


_COLUMNS = columns_of(SuppressionRow, suppressions)


@lru_cache
def _live(kind: Kind) -> Prepared:
    address, domain = suppressions.c.address, suppressions.c.domain
    statement = select(address, domain, suppressions.c.reason)
    mine = or_(among(kind, address, "keys"), among(kind, domain, "keys"))
    return Prepared(statement.where(suppressions.c.lifted_at.is_(None), mine))


def _milder(reason: str) -> list[str]:
    order = [one.value for one in Reason]
    return order[order.index(reason) + 1 :] if reason in order else []
