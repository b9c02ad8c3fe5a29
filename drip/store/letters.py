"""What composing needs: one query for a batch of leased sends, and the letters of a version."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, select

from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import (
    attempts,
    campaign_versions,
    campaigns,
    companies,
    enrollments,
    mailboxes,
    prospects,
    read_folders,
    reps,
    sends,
    version_letters,
)


class Leased(NamedTuple):
    """A leased send with all its letter is made from. `letter_values` is None before the first
    compose; `touched_on` is the prospect's, for the guard of the handover."""

    id: int
    enrollment_id: int
    prospect_id: int
    mailbox_id: int | None
    version_id: int
    run: int
    key: str
    step_key: str
    n: int | None
    number: int
    planned_at: datetime
    resent: bool  # it was uncertain before (R40)
    message_id: str | None
    dated_at: datetime | None
    letter_values: Mapping[str, Any] | None
    email: str
    prospect_country: str | None
    qualification: Mapping[str, Any]
    fields: Mapping[str, Any]
    first_name: str
    last_name: str
    prospect_title: str
    touched_on: date | None
    company: str | None
    rep_name: str
    rep_email: str
    rep_title: str
    rep_phone: str
    rep_signature: str
    rep_time_zone: str | None
    mailbox_address: str | None
    mailbox_from_name: str | None
    mailbox_time_zone: str | None
    mailbox_postal_address: str | None
    mailbox_bounces_to: str | None
    mailbox_is_read: bool
    campaign_key: str
    campaign_name: str


class Source(NamedTuple):
    """A compiled letter of a published version, as texts for the renderer."""

    subject: str
    html: str
    text: str


_IS_UNCERTAIN = attempts.c.outcome == "uncertain"
_LEASED = select(
    sends.c.id,
    sends.c.enrollment_id,
    sends.c.prospect_id,
    sends.c.mailbox_id,
    sends.c.version_id,
    sends.c.run,
    sends.c.key,
    sends.c.step_key,
    sends.c.n,
    sends.c.attempts,
    sends.c.planned_at,
    # Asked of no first attempt: PostgreSQL would read all attempts for it while it takes their table for small.
    and_(sends.c.attempts > 1, exists().where(attempts.c.send_id == sends.c.id, _IS_UNCERTAIN)).label("resent"),
    sends.c.message_id,
    sends.c.dated_at,
    sends.c.letter_values,
    enrollments.c.email,
    enrollments.c.country,
    enrollments.c.qualification,
    enrollments.c.fields,
    prospects.c.first_name,
    prospects.c.last_name,
    prospects.c.title,
    prospects.c.touched_on,
    companies.c.name,
    reps.c.name,
    reps.c.email,
    reps.c.title,
    reps.c.phone,
    reps.c.signature,
    reps.c.time_zone,
    mailboxes.c.address,
    mailboxes.c.from_name,
    mailboxes.c.time_zone,
    mailboxes.c.postal_address,
    mailboxes.c.bounces_to,
    exists().where(read_folders.c.mailbox_id == sends.c.mailbox_id).label("is_read"),
    campaigns.c.key,
    campaigns.c.name,
).select_from(
    sends.join(enrollments, enrollments.c.id == sends.c.enrollment_id)
    .join(prospects, prospects.c.id == sends.c.prospect_id)
    .join(reps, reps.c.id == enrollments.c.rep_id)
    .join(campaign_versions, campaign_versions.c.id == sends.c.version_id)
    .join(campaigns, campaigns.c.id == campaign_versions.c.campaign_id)
    .outerjoin(companies, companies.c.id == prospects.c.company_id)
    .outerjoin(mailboxes, mailboxes.c.id == sends.c.mailbox_id)
)


@lru_cache
def _by_ids(kind: Kind) -> Prepared:
    return Prepared(_LEASED.where(among(kind, sends.c.id)).order_by(sends.c.id), named=False)


async def load(unit: Unit, send_ids: Collection[int]) -> list[Leased]:
    """These sends with all that composing needs, in order of id."""
    rows = await unit.rows(_by_ids(unit.kind), {"ids": list(send_ids)})
    return [Leased._make(row) for row in rows]


async def source(unit: Unit, version_id: int, step_key: str) -> Source:
    """The letter of a step of a version, read once: a published version never changes (R13).

    Raises KeyError when the version has no such letter; publishing makes that impossible.
    """
    name = ("letter", version_id, step_key)
    if name not in unit.kept:
        statement = select(version_letters.c.subject, version_letters.c.html, version_letters.c.text).where(
            version_letters.c.version_id == version_id, version_letters.c.step_key == step_key
        )
        found = await unit.row(statement)
        if found is None:
            raise KeyError(f"version {version_id} has no letter {step_key}")
        unit.kept[name] = Source(*found)
    kept: Source = unit.kept[name]
    return kept
