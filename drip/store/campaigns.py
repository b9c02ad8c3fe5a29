"""Campaigns: their frozen versions and the compiled letters of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, literal_column, select, update

from drip.domain.campaign import Campaign
from drip.domain.enrollment import OPEN_STATES
from drip.store import declared
from drip.store.batch import among, insert_many, packed
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import campaign_versions, campaigns, enrollments, version_letters

_NEWEST = Prepared(
    select(campaign_versions)
    .join(campaigns)
    .where(campaigns.c.key == bindparam("key"))
    .order_by(campaign_versions.c.number.desc())
    .limit(literal_column("1"))
)
CLOSING = "closing"  # the key of the closing email's letter


@dataclass(frozen=True, slots=True)
class Letter:
    """A compiled letter: template sources, ready to be rendered."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version as it is published. `letters` by step key, the closing email's by CLOSING."""

    campaign: Campaign  # with a key
    source: str  # the TOML as written
    letters: Mapping[str, Letter]
    published_by: str


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a campaign."""

    id: int
    campaign_id: int
    number: int
    campaign: Campaign
    source: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign with its newest version and how many files are open on any version."""

    id: int
    key: str
    name: str
    number: int
    published_at: datetime
    open_files: int


async def publish(unit: Unit, new: NewVersion, now: datetime) -> Version:
    """Freeze the next version of a campaign; the campaign is added when it is new.

    Raises ValueError for a campaign without a key.
    """
    campaign = new.campaign
    if campaign.key is None:
        raise ValueError(f'The campaign "{campaign.name}" has no key, so it cannot be published.')
    campaign_id = await _campaign(unit, campaign.key, campaign.name, now)
    newest = select(func.max(campaign_versions.c.number)).where(campaign_versions.c.campaign_id == campaign_id)
    number = (await unit.value(newest) or 0) + 1
    kept = {
        "campaign_id": campaign_id,
        "number": number,
        "source": new.source,
        "declared": declared.written(campaign),
        "published_at": now,
        "published_by": new.published_by,
    }
    version_id = await unit.value(insert(campaign_versions).values(kept).returning(campaign_versions.c.id))
    rows = [
        {"version_id": version_id, "step_key": key, "subject": one.subject, "html": one.html, "text": one.text}
        for key, one in new.letters.items()
    ]
    names = ("version_id", "step_key", "subject", "html", "text")
    await unit.run(insert_many(unit.kind, version_letters, names), packed(rows))
    return Version(version_id, campaign_id, number, campaign, new.source, now, new.published_by)


async def newest(unit: Unit, key: str) -> Version | None:
    """The newest version of the campaign of that key; None when it was never published."""
    return await _version(unit, _NEWEST, {"key": key})


async def numbered(unit: Unit, key: str, number: int) -> Version | None:
    """The version of that number."""
    wanted = (campaigns.c.key == key, campaign_versions.c.number == number)
    return await _version(unit, select(campaign_versions).join(campaigns).where(*wanted))


async def get(unit: Unit, version_id: int) -> Version | None:
    """The version with this id."""
    return await _version(unit, select(campaign_versions).where(campaign_versions.c.id == version_id))


async def listing(unit: Unit) -> list[Listed]:
    """Every campaign, by key."""
    newest_one = (
        select(campaign_versions.c.campaign_id, func.max(campaign_versions.c.number).label("number"))
        .group_by(campaign_versions.c.campaign_id)
        .subquery()
    )
    files = (
        select(func.count())
        .select_from(enrollments.join(campaign_versions))
        .where(campaign_versions.c.campaign_id == campaigns.c.id, enrollments.c.state.in_(OPEN_STATES))
        .scalar_subquery()
    )
    version = campaign_versions.alias()
    statement = (
        select(campaigns.c.id, campaigns.c.key, campaigns.c.name, version.c.number, version.c.published_at, files)
        .join(newest_one, newest_one.c.campaign_id == campaigns.c.id)
        .join(version, (version.c.campaign_id == campaigns.c.id) & (version.c.number == newest_one.c.number))
        .order_by(campaigns.c.key)
    )
    return [Listed(*row) for row in await unit.rows(statement)]


async def letters(unit: Unit, version_id: int) -> dict[str, Letter]:
    """The compiled letters of a version, by step key; remembered, for they never change."""
    known: dict[str, Letter] | None = unit.kept.get(("letters", version_id))
    if known is None:
        columns = version_letters.c
        statement = select(columns.step_key, columns.subject, columns.html, columns.text)
        rows = await unit.rows(statement.where(columns.version_id == version_id))
        known = {row[0]: Letter(*row[1:]) for row in rows}
        if known:
            unit.kept["letters", version_id] = known
    return known


async def campaigns_of(unit: Unit, version_ids: Iterable[int]) -> dict[int, Campaign]:
    """What these versions declare, by id; remembered, for they never change."""
    wanted = set(version_ids)
    missing = sorted(one for one in wanted if ("campaign", one) not in unit.kept)
    if missing:
        statement = select(campaign_versions.c.id, campaign_versions.c.declared)
        found = await unit.rows(statement.where(among(unit.kind, campaign_versions.c.id)), {"ids": missing})
        for version_id, kept in found:
            unit.kept["campaign", version_id] = declared.read(kept)
    return {one: unit.kept["campaign", one] for one in wanted if ("campaign", one) in unit.kept}


async def enrolled_in(unit: Unit, campaign_id: int) -> Sequence[tuple[int, int]]:
    """(enrollment id, version id) of every open file of a campaign: those on their way (R13)."""
    statement = (
        select(enrollments.c.id, enrollments.c.version_id)
        .join(campaign_versions)
        .where(campaign_versions.c.campaign_id == campaign_id, enrollments.c.state.in_(OPEN_STATES))
        .order_by(enrollments.c.id)
    )
    return [(row[0], row[1]) for row in await unit.rows(statement)]


async def _campaign(unit: Unit, key: str, name: str, now: datetime) -> int:
    kept = insert_many(unit.kind, campaigns, ("key", "name", "created_at"), "(key) DO NOTHING")
    await unit.run(kept, packed([{"key": key, "name": name, "created_at": now}]))
    renamed = update(campaigns).where(campaigns.c.key == key).values(name=name).returning(campaigns.c.id)
    found: int = await unit.value(renamed)
    return found


async def _version(
    unit: Unit, statement: Select[Any] | Prepared, parameters: Mapping[str, Any] | None = None
) -> Version | None:
    row = await unit.row(statement, parameters)
    if row is None:
        return None
    campaign = (await campaigns_of(unit, [row.id]))[row.id]
    return Version(row.id, row.campaign_id, row.number, campaign, row.source, row.published_at, row.published_by)
