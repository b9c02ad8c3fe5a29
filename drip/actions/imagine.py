"""Imagine a letter: what it would be written from, were it written now. Nothing is kept and nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from drip.actions.gather_values import letter_values
from drip.actions.pause_mailbox import find_mailbox
from drip.actions.whose import NotFoundError, Whose, find
from drip.catalog.values import example_values
from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.token import TEST_SEND
from drip.domain.window import local_day
from drip.domain.zones import zone_of
from drip.store import enrollments, mailboxes, prospects, reps, told
from drip.store.engine import Store, Unit
from drip.store.enrollments import Open
from drip.store.letters import Leased
from drip.store.mailboxes import Mailbox
from drip.store.prospects import Prospect
from drip.store.reps import Rep

_NOBODY = 0  # the id of what an imagined letter has not got: a prospect, an enrollment, a version
_PROMISED_IN = 10  # business days; the made-up prospect was promised a call


@dataclass(frozen=True, slots=True)
class Imagined:
    """A letter's reader and writer. `about` says who the reader is; `mailbox` None: there is none to write from;
    `reply_to`: where an answer goes, if not to that.

    `enrollment` and `terms` are those of the reader's file in the campaign, else as if enrolled now.
    """

    leased: Leased
    enrollment: Enrollment
    terms: Terms
    mailbox: Mailbox | None
    about: str
    reply_to: str | None = None

    def values(self, now: datetime, public_url: str = "") -> dict[str, Any]:
        """What a letter would be rendered from at an aware time, as gather_values keeps it."""
        today = local_day(now, self.terms.zone)
        return letter_values(self.leased, self.enrollment, self.terms, today, public_url)

    def shown(self, now: datetime) -> dict[str, Any]:
        """The same with days for their texts, as templates take them; links are left out."""
        values = self.values(now)
        recall, enrollment = values["recall"], values["enrollment"]
        return {
            **values,
            "enrollment": {**enrollment, "enrolled_on": date.fromisoformat(enrollment["enrolled_on"])},
            "recall": {**recall, "on": date.fromisoformat(recall["on"]) if recall["on"] else None},
        }


class _Reader(NamedTuple):
    """Who a letter is for, and what the rep told of them."""

    person: Mapping[str, str]
    said: Mapping[str, Any]
    fields: Mapping[str, Any]
    enrollment: Enrollment
    terms: Terms
    about: str


async def imagine(
    store: Store, campaign: Campaign, now: datetime, prospect: str | None = None, mailbox: str | None = None
) -> Imagined:
    """A letter of the campaign to a prospect (an address), or to somebody made up of whom everything is known.

    It is written by the rep who would write, from the mailbox named, else the one that would be used. `now` is
    business time. Raises NotFoundError for a prospect, a rep or a mailbox that is not there.
    """
    async with store.reading() as unit:
        named = await find_mailbox(unit, mailbox) if mailbox else None
        if prospect is not None:
            return await _for_prospect(unit, campaign, now, prospect, named)
        box = named or await _only_mailbox(unit, campaign)
        rep = await reps.get(unit, box.rep_id) if box.rep_id is not None else None
        return await _imagined(unit, _made_up(campaign, now), rep, box)


async def _for_prospect(unit: Unit, campaign: Campaign, now: datetime, email: str, named: Mailbox | None) -> Imagined:
    target = await find(unit, Whose(email=email), lock=False)
    [person] = await prospects.get(unit, [target.prospect_id])
    ids = [] if target.enrollment_id is None else [target.enrollment_id]
    found = [one for one in await enrollments.load(unit, ids) if one.terms.campaign.key == campaign.key]
    if not found:
        writes = await _rep_of(unit, person)
        box = named or await _mailbox_of(unit, campaign, writes)
        return await _imagined(unit, _as_if_enrolled(campaign, person, box, now), writes, box)
    [opened] = found
    rep = await reps.get(unit, opened.rep_id)
    kept = await mailboxes.get(unit, opened.mailbox_id) if opened.mailbox_id is not None else None
    reader = _enrolled(campaign, person, opened, *await told.of_enrollment(unit, opened.id))
    return await _imagined(unit, reader, rep, named or kept or await _mailbox_of(unit, campaign, rep))


async def _imagined(unit: Unit, reader: _Reader, rep: Rep | None, box: Mailbox | None) -> Imagined:
    campaign = reader.terms.campaign
    writer = _writer(rep, box)
    leased = Leased(
        id=TEST_SEND,
        enrollment_id=_NOBODY,
        prospect_id=_NOBODY,
        mailbox_id=box.id if box else None,
        version_id=_NOBODY,
        run=1,
        key="",
        step_key="",
        n=None,
        number=1,
        planned_at=reader.enrollment.enrolled_at,
        resent=False,
        message_id=None,
        dated_at=None,
        letter_values=None,
        qualification=reader.said,
        fields=reader.fields,
        touched_on=None,
        mailbox_is_read=False,  # its links stop nobody, and neither would a mail
        campaign_key=campaign.key or "",
        campaign_name=campaign.name,
        **reader.person,
        **writer,
    )
    own = await mailboxes.of_reps(unit, [rep.id]) if rep and box and box.rep_id != rep.id else {}
    reply_to = own[rep.id].address if rep and rep.id in own else None
    return Imagined(leased, reader.enrollment, reader.terms, box, reader.about, reply_to)


def _made_up(campaign: Campaign, now: datetime) -> _Reader:
    values = example_values(campaign.fields)
    given, said = values["prospect"], values["enrollment"]
    calendar = Calendar(given["country"], None)
    terms = Terms(campaign, given["email"], zone_of(None, None, None, (campaign.time_zone,)), calendar)
    promised_on = calendar.add(local_day(now, terms.zone), _PROMISED_IN)
    enrollment, _ = begin(terms, now, promised_on=promised_on)
    person = {
        "email": given["email"],
        "prospect_country": given["country"],
        "first_name": given["first_name"],
        "last_name": given["last_name"],
        "prospect_title": given["title"],
        "company": given["company"],
    }
    about = f"{given['first_name']} {given['last_name']}, who is made up: everything is known of her"
    return _Reader(person, said, said["fields"], enrollment, terms, about)


def _as_if_enrolled(campaign: Campaign, person: Prospect, box: Mailbox | None, now: datetime) -> _Reader:
    fallbacks = (box.time_zone if box else None, campaign.time_zone)
    zone = zone_of(person.time_zone, person.country, person.region, fallbacks)
    terms = Terms(campaign, person.email, zone, Calendar(person.country, person.region))
    enrollment, _ = begin(terms, now, opted_in_at=person.opted_in_at, touched_on=person.touched_on)
    about = f"{_name(person)}, as if enrolled now, with no hot button and no promised call"
    return _Reader(_person(person), {}, {}, enrollment, terms, about)


def _enrolled(
    campaign: Campaign, person: Prospect, opened: Open, said: Mapping[str, Any], fields: Mapping[str, Any]
) -> _Reader:
    terms = opened.terms._replace(campaign=campaign)
    on = local_day(opened.enrollment.enrolled_at, terms.zone)
    about = f"{_name(person)}, enrolled on {on:%a} {on.day} {on:%b %Y}"
    return _Reader(_person(person), said, fields, opened.enrollment, terms, about)


def _person(person: Prospect) -> dict[str, Any]:
    return {
        "email": person.email,
        "prospect_country": person.country,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "prospect_title": person.title,
        "company": person.company_name,
    }


def _writer(rep: Rep | None, box: Mailbox | None) -> dict[str, Any]:
    """The rep and the mailbox; a mailbox that is nobody's writes in its own name."""
    return {
        "rep_name": rep.name if rep else (box.from_name or box.name) if box else "",
        "rep_email": rep.email if rep else box.address if box else "",
        "rep_title": rep.title if rep else "",
        "rep_phone": rep.phone if rep else "",
        "rep_signature": rep.signature if rep else "",
        "rep_time_zone": rep.time_zone if rep else None,
        "mailbox_address": box.address if box else None,
        "mailbox_from_name": box.from_name if box else None,
        "mailbox_time_zone": box.time_zone if box else None,
        "mailbox_postal_address": box.postal_address if box else None,
        "mailbox_bounces_to": box.bounces_to if box else None,
    }


async def _rep_of(unit: Unit, person: Prospect) -> Rep:
    """Who would write to a prospect in no campaign: their owner, else the first rep there is."""
    found = await reps.get(unit, person.owner_rep_id) if person.owner_rep_id is not None else None
    known = [found] if found else await reps.listing(unit)
    if not known:
        raise NotFoundError("There is no rep who could write. `drip rep add` adds one.")
    return known[0]


async def _mailbox_of(unit: Unit, campaign: Campaign, rep: Rep | None) -> Mailbox | None:
    if campaign.mailbox != "owner":
        return await mailboxes.by_name(unit, campaign.mailbox)
    return (await mailboxes.of_reps(unit, [rep.id])).get(rep.id) if rep else None


async def _only_mailbox(unit: Unit, campaign: Campaign) -> Mailbox:
    """The campaign's mailbox, else the only one there is. Raises NotFoundError."""
    if campaign.mailbox != "owner":
        return await find_mailbox(unit, campaign.mailbox)
    known = await mailboxes.listing(unit)
    if len(known) == 1:
        return known[0]
    if not known:
        raise NotFoundError("There is no mailbox yet; `drip mailbox add` adds one.")
    raise NotFoundError(f"Which mailbox? Say --mailbox and one of: {', '.join(one.name for one in known)}.")


def _name(person: Prospect) -> str:
    whole = f"{person.first_name} {person.last_name}".strip()
    return f"{whole} ({person.email})" if whole else person.email
