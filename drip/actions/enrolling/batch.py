"""One batch of enrollments: looked up in a few queries, decided, and made ready to be written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from drip.actions.enrolling.obstacles import A_DAY, Known, Obstacle, obstacles
from drip.actions.enrolling.request import Enrolled, Enrolling, Skipped
from drip.actions.freemail import company_domain
from drip.actions.happen import Context
from drip.actions.importing.address import clean_address
from drip.domain.business_days import Calendar
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.errors import AddressError, PromiseError
from drip.domain.facts import Effects
from drip.domain.hours import RepTime
from drip.domain.plan import Candidate, candidates, plan
from drip.domain.recall import meets
from drip.domain.window import local_day
from drip.domain.zones import zone_named, zone_of
from drip.store import absences, campaigns, choices, companies, files, mailboxes, prospects, reps, suppressions
from drip.store.campaigns import Version
from drip.store.engine import Unit
from drip.store.enrollments import NewEnrollment
from drip.store.mailboxes import Mailbox
from drip.store.prospects import Prospect
from drip.store.reps import Rep

Row = tuple[int | None, Enrolling]


class Passed(NamedTuple):
    """A request nothing stands in the way of, ready to be inserted."""

    row: int | None
    asked: Enrolling
    new: NewEnrollment
    effects: Effects
    told: Enrolled
    context: Context


@dataclass(slots=True)
class Batch:
    """What became of one batch of requests."""

    passed: list[Passed] = field(default_factory=list)
    enrolled: list[Enrolled] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, row: int | None, asked: Enrolling, code: str, words: str) -> None:
        """Note that a request is not granted."""
        self.skipped.append(Skipped(asked.email, code, words, row))

    def grant(self, passed: Passed) -> None:
        """Note a request that is granted."""
        self.passed.append(passed)
        self.enrolled.append(passed.told)


@dataclass(slots=True)
class _Desk:
    """All that was looked up for a batch."""

    versions: dict[str, Version]
    reps: dict[str, Rep]
    boxes: dict[tuple[str, int], Mailbox | None]  # (what the campaign says, rep) to its mailbox
    no_boxes: bool
    known: dict[str, Known]
    keys: dict[str, int]
    made_today: dict[int, int]
    times: dict[int, RepTime]
    begun: dict[tuple[Any, ...], "_Begun"] = field(default_factory=dict)
    contexts: dict[tuple[int, tuple[str, ...]], Context] = field(default_factory=dict)

    def begin(self, asked: Enrolling, person: Prospect, terms: Terms, now: datetime) -> "_Begun":
        """How an enrollment begins, the same for all who begin alike. Raises PromiseError (R14)."""
        opted_in_at = person.opted_in_at or (now if asked.opt_in_words else None)
        place = (asked.campaign, terms.zone, terms.calendar, terms.call_window, terms.rep)
        alike = (*place, opted_in_at, asked.promised_on, asked.interval, person.touched_on)
        known = self.begun.get(alike)
        if known is None:
            first, effects = begin(
                terms,
                now,
                opted_in_at=opted_in_at,
                promised_on=asked.promised_on,
                interval=asked.interval,
                touched_on=person.touched_on,
            )
            known = self.begun[alike] = _Begun(first, effects, candidates(first, terms))
        return known

    def context(self, rep_id: int, overridden: Iterable[str]) -> Context:
        """Who enrolls, and what was overridden; the same object for the same."""
        key = (rep_id, tuple(sorted(overridden)))
        known = self.contexts.get(key)
        if known is None:
            data = {"overrides": list(key[1])} if key[1] else {}
            known = self.contexts[key] = Context(f"rep:{rep_id}", rep_id=rep_id, data=data)
        return known


class _Begun(NamedTuple):
    """The first picture of an enrollment, what follows from its begin, and the letters that could be next."""

    first: Enrollment
    effects: Effects
    letters: list[Candidate]


async def look_up(unit: Unit, rows: Sequence[Row], now: datetime) -> Batch:
    """Decide a batch. The number of queries does not grow with its rows, only with its reps."""
    batch = Batch()
    clean = [(row, one, address) for row, one in rows if (address := _address(batch, row, one)) is not None]
    desk = await _desk(unit, clean, now)
    taken: set[str] = set()
    for row, asked, address in clean:
        if asked.idempotency_key in desk.keys:
            ident = desk.keys[asked.idempotency_key or ""]
            batch.enrolled.append(Enrolled(address, ident, again=True, row=row))
            continue
        if address in taken:
            batch.skip(row, asked, "already_enrolled", "the address comes twice")
            continue
        decided = _decide(desk, row, asked, address, now)
        if isinstance(decided, Passed):
            taken.add(address)
            desk.made_today[decided.new.rep_id] += 1
            batch.grant(decided)
        else:
            batch.skip(row, asked, *decided)
    return batch


def _address(batch: Batch, row: int | None, asked: Enrolling) -> str | None:
    """The address as it is kept; None where it is none, which the batch then knows."""
    if not asked.email.strip():
        batch.skip(row, asked, "no_email", "there is no email address")
        return None
    try:
        return clean_address(asked.email, reserved=True)
    except AddressError as error:
        batch.skip(row, asked, "invalid_email", str(error))
        return None


async def _desk(unit: Unit, rows: Sequence[tuple[int | None, Enrolling, str]], now: datetime) -> _Desk:
    asked = [one for _, one, _ in rows]
    versions = {key: found for key in {one.campaign for one in asked} if (found := await campaigns.newest(unit, key))}
    found_reps = await reps.by_emails(unit, {one.rep.strip().lower() for one in asked})
    await choices.lock_reps(unit, [rep.id for rep in found_reps.values()])
    begins = {rep.id: _day_begins(rep, now) for rep in found_reps.values()}
    keys = [one.idempotency_key for one in asked if one.idempotency_key]
    return _Desk(
        versions,
        found_reps,
        await _mailboxes(unit, versions.values(), found_reps.values()),
        not await mailboxes.are_there(unit),
        await _known(unit, {address for _, _, address in rows}),
        await files.by_idempotency_key(unit, keys) if keys else {},
        defaultdict(int, await files.enrolled_counts(unit, begins, now + timedelta(days=1))),
        await absences.times_of(unit, begins),
    )


async def _mailboxes(
    unit: Unit, versions: Iterable[Version], of: Iterable[Rep]
) -> dict[tuple[str, int], Mailbox | None]:
    found: dict[tuple[str, int], Mailbox | None] = {}
    writers = [rep.id for rep in of]
    for name in {version.campaign.mailbox for version in versions}:
        if name == "owner":
            owned = await mailboxes.of_reps(unit, writers)
            found |= {(name, rep_id): owned.get(rep_id) for rep_id in writers}
        else:
            found |= dict.fromkeys(((name, rep_id) for rep_id in writers), await mailboxes.by_name(unit, name))
    return found


async def _known(unit: Unit, addresses: set[str]) -> dict[str, Known]:
    """Everything the rules ask about these prospects, who are locked from here on."""
    people = await prospects.locked_by_email(unit, addresses)
    ids = [one.id for one in people.values()]
    firms = await companies.get(unit, [one.company_id for one in people.values() if one.company_id])
    domains = {one.email: company_domain(one.email) for one in people.values()}
    relations = await companies.relations(unit, {domain for domain in domains.values() if domain})
    stopped = await suppressions.find(unit, people)
    open_files, closed = await files.open_of(unit, ids), await files.last_closed(unit, ids)
    return {
        email: Known(
            person=one,
            company=firms.get(one.company_id) if one.company_id else None,
            suppressed=stopped.get(email),
            relation=relations.get(domains[email] or ""),
            open_file=open_files.get(one.id),
            closed=closed.get(one.id),
        )
        for email, one in people.items()
    }


def _decide(desk: _Desk, row: int | None, asked: Enrolling, address: str, now: datetime) -> Passed | Obstacle:
    version, rep = desk.versions.get(asked.campaign), desk.reps.get(asked.rep.strip().lower())
    known = desk.known.get(address)
    if version is None:
        return (
            "campaign_not_published",
            f'"{asked.campaign}" is not published; `drip campaign publish {asked.campaign}`',
        )
    if rep is None:
        return "no_permission", f'there is no rep "{asked.rep}"; `drip rep list` shows them'
    if known is None:
        return "not_found", f"there is no prospect {address}; import or add the prospect first"
    box = desk.boxes[version.campaign.mailbox, rep.id]
    terms = _terms(known, version, asked, (box, desk.times.get(rep.id)))
    given = asked.overrides.given()
    for code, words in obstacles(asked, known, rep, terms, now):
        if code not in given:
            return code, words
    if box is None and not desk.no_boxes:
        named = f"for {rep.email}" if version.campaign.mailbox == "owner" else f'named "{version.campaign.mailbox}"'
        return "mailbox_missing", f"there is no mailbox {named}; `drip mailbox add`"
    if desk.made_today[rep.id] >= A_DAY:
        return "rep_limit", f"{rep.email} enrolled {A_DAY} today already; go on tomorrow"
    try:
        begun = desk.begin(asked, known.person, terms, now)
    except PromiseError as error:
        return "promise_refused", str(error)
    new = _new(asked, (known.person, version, rep, box), terms, begun, now)
    told = _told(new, row, begun.first, meets=meets(local_day(now, terms.zone), terms))
    return Passed(row, asked, new, begun.effects, told, desk.context(rep.id, given))


def _new(
    asked: Enrolling,
    parts: tuple[Prospect, Version, Rep, Mailbox | None],
    terms: Terms,
    begun: _Begun,
    now: datetime,
) -> NewEnrollment:
    """The enrollment that would be made."""
    person, version, rep, box = parts
    following = plan(begun.first, terms, now, begun.letters)
    return NewEnrollment(  # by place, since by name it takes twice as long
        person.id,
        version.id,
        rep.id,
        box.id if box else None,
        person.email,
        str(terms.zone),
        person.country,
        person.region,
        asked.call_window,
        begun.first,
        following.at if following else None,
        _qualification(asked),
        dict(asked.fields),
        asked.overrides.given(),
        asked.idempotency_key,
    )


def _told(new: NewEnrollment, row: int | None, first: Enrollment, *, meets: bool) -> Enrolled:
    recall_on = first.recall.on if first.recall else None
    return Enrolled(new.email, None, recall_on, new.next_at, tuple(new.overrides), row=row, meets_hours=meets)


def _terms(known: Known, version: Version, asked: Enrolling, of_rep: tuple[Mailbox | None, RepTime | None]) -> Terms:
    (box, times), person, campaign = of_rep, known.person, version.campaign
    fallbacks = (box.time_zone if box else None, campaign.time_zone)
    zone = zone_of(person.time_zone, person.country, person.region, fallbacks)
    return Terms(campaign, person.email, zone, _calendar(person.country, person.region), asked.call_window, times)


_calendar = lru_cache(maxsize=1_000)(Calendar)


def _qualification(asked: Enrolling) -> dict[str, str | bool | None]:
    found = asked.qualification
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _day_begins(rep: Rep, now: datetime) -> datetime:
    """Midnight of the rep's day, as aware UTC."""
    zone = zone_named(rep.time_zone) if rep.time_zone else ZoneInfo("UTC")
    return datetime.combine(now.astimezone(zone).date(), time.min, zone).astimezone(UTC)
