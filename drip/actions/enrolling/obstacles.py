"""What stands in the way of enrolling one prospect: the skips of R1-R4, in a fixed order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from drip.actions.enrolling.request import Enrolling
from drip.domain.campaign import Campaign, Profile
from drip.domain.company import Company, Relation
from drip.domain.enrollment import Terms
from drip.domain.fields import refused
from drip.domain.fit import fits
from drip.domain.gap import keeps_gap
from drip.domain.qualification import missing
from drip.domain.window import local_day
from drip.store.files import Closed
from drip.store.prospects import Prospect
from drip.store.reps import Rep

REOPEN_AFTER = timedelta(days=90)
ANYBODY = Profile()
A_DAY = 75  # enrollments of one rep

Obstacle = tuple[str, str]  # code, words


class Known(NamedTuple):
    """What a batch looked up about one prospect."""

    person: Prospect
    company: Company | None
    suppressed: str | None  # why the address or its domain is, None if it is not
    relation: Relation | None  # of the company with the address's domain
    open_file: int | None  # the enrollment
    closed: Closed | None  # how the last file ended


def obstacles(asked: Enrolling, known: Known, rep: Rep, terms: Terms, now: datetime) -> Iterator[Obstacle]:
    """Every reason not to enroll, the gravest first; overrides are not looked at."""
    if known.open_file is not None:
        yield "already_enrolled", f"enrollment {known.open_file} is open; a prospect has one at a time"
    yield from _address(known)
    yield from _permission(rep, known.person)
    yield from _company(terms.campaign, known)
    yield from _touched(known.person, terms, now)
    yield from _closed(known.closed, terms, now)
    yield from _qualification(terms.campaign, asked)
    yield from _interval(terms.campaign, asked)
    yield from _fields(terms.campaign, asked)
    yield from _fit(terms.campaign, known)


def _address(known: Known) -> Iterator[Obstacle]:
    person = known.person
    if person.complained_at is not None or known.suppressed == "complained":
        yield "complained_before", "the prospect called a letter spam"
    if person.opted_out_at is not None or known.suppressed in ("opted_out", "do_not_contact"):
        yield "opted_out", "the prospect said stop"
    if known.suppressed == "hard_bounce":
        yield "bounced_before", "a letter to this address came back; ask for a new one"
    if known.suppressed is not None:
        yield "suppressed", f"the address or its domain is suppressed ({known.suppressed})"


def _permission(rep: Rep, person: Prospect) -> Iterator[Obstacle]:
    if rep.role == "marketing":
        yield "no_permission", f"{rep.email} is marketing; a rep or an admin enrolls"
    elif rep.role == "rep" and person.owner_rep_id not in (None, rep.id):
        yield "no_permission", "the prospect belongs to another rep"


def _company(campaign: Campaign, known: Known) -> Iterator[Obstacle]:
    relation = known.relation or (known.company.relation if known.company else Relation.NONE)
    if relation is Relation.CUSTOMER and not campaign.profile.customers:
        yield "do_not_enroll", "the company is a customer, and the campaign is not for customers"
    elif relation is Relation.OPEN_DEAL:
        yield "do_not_enroll", "there is an open deal with the company"


def _touched(person: Prospect, terms: Terms, now: datetime) -> Iterator[Obstacle]:
    touched, today = person.touched_on, local_day(now, terms.zone)
    if touched is not None and not keeps_gap(touched, today, terms.campaign.gap, terms.calendar):
        yield "touched_recently", f"we touched the prospect on {touched}; wait {terms.campaign.gap}"


def _closed(closed: Closed | None, terms: Terms, now: datetime) -> Iterator[Obstacle]:
    if closed is None:
        return
    closed_on = local_day(closed.at, terms.zone)
    again = closed_on + REOPEN_AFTER
    if local_day(now, terms.zone) < again:
        yield "closed_recently", f"the file was closed on {closed_on}; again from {again}, or reopen"


def _qualification(campaign: Campaign, asked: Enrolling) -> Iterator[Obstacle]:
    lacking = missing(campaign, asked.qualification)
    if lacking:
        named = ", ".join(name.replace("_", " ") for name in lacking)
        yield "not_qualified", f"the campaign requires: {named}"


def _interval(campaign: Campaign, asked: Enrolling) -> Iterator[Obstacle]:
    wanted = asked.interval
    if wanted is not None and wanted.about_days <= campaign.gap.about_days:
        yield "interval_too_short", f"every {wanted} is not longer than the gap of {campaign.gap}"


def _fields(campaign: Campaign, asked: Enrolling) -> Iterator[Obstacle]:
    words = refused(campaign, asked.fields)
    if words:
        yield "wrong_field", words


def _fit(campaign: Campaign, known: Known) -> Iterator[Obstacle]:
    if campaign.profile == ANYBODY:
        return
    misfits, unknown = fits(campaign.profile, _firm(known))
    if misfits:
        yield "outside_profile", "; ".join(one.words for one in misfits)
    if unknown:
        yield "profile_unknown", f"not known: {', '.join(unknown)}"


def _firm(known: Known) -> Company:
    """The company as far as it is known; its country is the prospect's where nobody said."""
    firm = known.company or Company(name="")
    return replace(firm, country=firm.country or known.person.country)
