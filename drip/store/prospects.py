"""Prospects: imported by email, looked up, listed, and marked with what they said about mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import select, update

from drip.store.batch import among, insert_many, packed
from drip.store.choices import EVERYBODY, Choice, fitting
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import companies, prospects

Mark = Literal["opted_in_at", "opted_out_at", "bounced_at", "complained_at"]


@dataclass(frozen=True, slots=True)
class NewProspect:
    """A prospect as imported or typed in. `email` lower-cased; what is unknown is "" or None."""

    email: str
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    phone: str = ""
    company_id: int | None = None
    owner_rep_id: int | None = None
    country: str | None = None
    region: str | None = None
    time_zone: str | None = None


class Prospect(NamedTuple):
    """A prospect as kept; `touched_on` is the local day of the last touch by any of us (R24)."""

    id: int
    email: str
    first_name: str
    last_name: str
    title: str
    phone: str
    company_id: int | None
    owner_rep_id: int | None
    country: str | None
    region: str | None
    time_zone: str | None
    touched_on: date | None
    opted_in_at: datetime | None
    opted_out_at: datetime | None
    bounced_at: datetime | None
    complained_at: datetime | None
    created_at: datetime
    updated_at: datetime
    company_name: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch did, in different email addresses."""

    added: int
    updated: int
    unchanged: int


async def put(unit: Unit, given: Iterable[NewProspect], now: datetime) -> Counts:
    """Add or update prospects by email.

    What is unknown ("" or None) never erases what is known; an address that comes twice is put
    together, the later row counting where both say something. Marks and suppressions stay.
    """
    merged: dict[str, dict[str, Any]] = {}
    for one in given:
        said = {name: value for name in _NEW if (value := getattr(one, name)) not in ("", None)}
        merged.setdefault(one.email, {**_UNKNOWN, "created_at": now, "updated_at": now}).update(said)
    if not merged:
        return Counts(0, 0, 0)
    emails = sorted(merged)
    known = len(await unit.rows(_known(unit), {"emails": emails}))
    names = (*_NEW, "created_at", "updated_at")
    statement = insert_many(unit.kind, prospects, names, f"(email) {when_known(unit.kind)}", ("id",))
    changed = len(await unit.rows(statement, packed(merged[email] for email in emails)))
    added = len(merged) - known
    return Counts(added, changed - added, len(merged) - changed)


async def get(unit: Unit, ids: Iterable[int]) -> list[Prospect]:
    """The prospects with these ids, in order of id."""
    return [Prospect._make(row) for row in await unit.rows(_by_ids(unit.kind), {"ids": sorted(set(ids))})]


async def by_email(unit: Unit, emails: Iterable[str]) -> dict[str, Prospect]:
    """The prospects with these addresses (lower-cased), by address."""
    rows = await unit.rows(_by_email(unit.kind, False), {"emails": sorted(set(emails))})
    return {row.email: Prospect._make(row) for row in rows}


async def locked_by_email(unit: Unit, emails: Iterable[str]) -> dict[str, Prospect]:
    """As `by_email`, and they are locked, by id ascending, until the unit ends."""
    rows = await unit.rows(_by_email(unit.kind, True), {"emails": sorted(set(emails))})
    return {row.email: Prospect._make(row) for row in rows}


async def listing(unit: Unit, which: Choice = EVERYBODY, after: int = 0, limit: int = 50) -> list[Prospect]:
    """A page of prospects in order of id; `after` is the last id of the page before."""
    statement = _READ.where(prospects.c.id > after, *fitting(which))
    return [Prospect._make(row) for row in await unit.rows(statement.order_by(prospects.c.id).limit(limit))]


async def lock(unit: Unit, ids: Iterable[int]) -> Sequence[int]:
    """Lock these prospects, ascending, until the unit ends; the ids that exist."""
    return [row[0] for row in await unit.rows(_locked(unit.kind), {"ids": sorted(set(ids))})]


async def mark(unit: Unit, prospect_id: int, what: Mark, at: datetime) -> bool:
    """Remember the first time a prospect opted in, opted out, bounced or complained; False when it
    was known. It is never taken back: nobody can record away an opt-out (R18).
    """
    column = prospects.c[what]
    statement = update(prospects).where(prospects.c.id == prospect_id, column.is_(None))
    return (await unit.run(statement.values({what: at}))).rowcount > 0


def when_known(kind: Kind) -> str:
    """What an INSERT does with one that is there already: what is unknown erases nothing, and one that
    would stay as it is is left alone."""
    differs = "IS NOT" if kind == "sqlite" else "IS DISTINCT FROM"
    changes = ", ".join(f"{name} = {value}" for name, value in _AFTER.items())
    news = " OR ".join(f"prospects.{name} {differs} {value}" for name, value in _AFTER.items())
    return f"DO UPDATE SET updated_at = excluded.updated_at, {changes} WHERE {news}"


_NEW = tuple(NewProspect.__dataclass_fields__)
_TEXTS = ("first_name", "last_name", "title", "phone")
_UNKNOWN: dict[str, Any] = {name: "" if name in _TEXTS else None for name in _NEW}
_CODES = ("company_id", "owner_rep_id", "country", "region", "time_zone")
_AFTER = {name: f"coalesce(nullif(excluded.{name}, ''), prospects.{name})" for name in _TEXTS} | {
    name: f"coalesce(excluded.{name}, prospects.{name})" for name in _CODES
}
_COLUMNS = [companies.c.name if name == "company_name" else prospects.c[name] for name in Prospect._fields]
_READ = select(*_COLUMNS).select_from(prospects.outerjoin(companies))


@lru_cache
def _by_email(kind: Kind, lock: bool) -> Prepared:
    statement = _READ.where(among(kind, prospects.c.email, "emails"))
    if not lock:
        return Prepared(statement)
    return Prepared(statement.order_by(prospects.c.id).with_for_update(of=prospects, key_share=True))


@lru_cache
def _by_ids(kind: Kind) -> Prepared:
    return Prepared(_READ.where(among(kind, prospects.c.id)).order_by(prospects.c.id))


@lru_cache
def _locked(kind: Kind) -> Prepared:
    statement = select(prospects.c.id).where(among(kind, prospects.c.id)).order_by(prospects.c.id)
    return Prepared(statement.with_for_update(key_share=True))


def _known(unit: Unit) -> Any:
    return select(prospects.c.id).where(among(unit.kind, prospects.c.email, "emails"))
