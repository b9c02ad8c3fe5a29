"""What is next for an enrollment, and when: the one function everything that is sent comes from."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from drip.domain.cadence import awaits_opt_in, nominal_at
from drip.domain.campaign import Step
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.facts import MovesOn
from drip.domain.holds import clear, due_again, expected, is_news, lasting_hold, reason_in, told
from drip.domain.silence import clear_of_recall, closes_at, closing_nominal, lasting_hold_since, silent_on
from drip.domain.window import Opening, next_opening, spread, start_of

_A_MINUTE = timedelta(minutes=1)
_MAY_DRIP = (State.DRIPPING, State.OPTED_OUT)  # once opted out, only the hold is told
_at = attrgetter("at")


class Next(NamedTuple):
    """The next thing that time brings. `at` is aware UTC and may be past: then it is for now.

    `what` is recall_due, file_closed, held or email; `key` the send key ("closing/<n>" for a
    closing email); `reason` and `until` (the day to tell the rep) belong to held, and so does
    `told`, by which the enrollment remembers that it was told.
    """

    what: str
    at: datetime
    key: str | None = None
    reason: str | None = None
    until: date | None = None
    told: str | None = None

    def moves_on(self, at: datetime) -> MovesOn:
        """The fact that it came about, at an aware UTC time; not for an email, which is sent."""
        return MovesOn(at, self.what, self.key, self.reason, self.until, self.told)


class Candidate(NamedTuple):
    """One email that could be next: when it is due, and when it can go."""

    key: str
    due: Opening
    goes: Opening | None  # None: a person must act first
    gives_way: bool = False  # the closing email takes its place (R26); that it was held is told


def plan(enrollment: Enrollment, terms: Terms, now: datetime, known: Sequence[Candidate] | None = None) -> Next | None:
    """The next thing that happens if nobody does anything; None if nothing ever does (R41).

    Of things at the same time: recall_due, file_closed, held, email. `known` are the candidates where they
    were asked for already: those whose terms differ in nothing but the address have the same.
    """
    held, emails = [], []
    for one in candidates(enrollment, terms) if known is None else known:
        held.append(_held(enrollment, terms, one))
        emails.append(_email(enrollment, terms, one, now))
    options = (_recall_due(enrollment), _file_closed(enrollment, terms), *held, *emails)
    return min(filter(None, options), key=_at, default=None)  # of those at one time the first


def closing_key(enrollment: Enrollment) -> str:
    """The send key of the closing email of this silence (R39)."""
    return f"closing/{enrollment.silence}"


def candidates(enrollment: Enrollment, terms: Terms) -> list[Candidate]:
    """The emails that could be next, the closing email first; it takes a shared opening (R26)."""
    value = _value_email(enrollment, terms)
    closing = _closing_email(enrollment, terms, value)
    if closing is not None and value is not None and _takes_its_place(closing, value):
        was_due_first = value.due.starts < closing.due.starts
        value = value._replace(gives_way=True) if was_due_first else None
    return [one for one in (closing, value) if one is not None]


def is_asked_for(enrollment: Enrollment, terms: Terms, key: str, now: datetime) -> bool:
    """Whether the letter of this key is one of `candidates` and due by now; told sooner where no closing email could
    take its place."""
    step = _next_step(enrollment, terms)
    if step is not None and step.key == key:
        due = _due(enrollment, terms, nominal_at(enrollment, terms))
        if due.starts <= now and closing_nominal(enrollment, terms, due.day) is None:
            return True
    return any(one.key == key and one.due.starts <= now for one in candidates(enrollment, terms))


def has_missed(enrollment: Enrollment, terms: Terms, now: datetime, day: date) -> bool:
    """Whether a hold fell away and left a letter's minute in the past (R12); `day` is the local one of `now`."""
    if enrollment.touched_on is not None and day <= enrollment.touched_on:
        return False  # the gap after that touch holds them all until a later day (R22)
    return _has_come(enrollment, terms, now, day) and any(
        one.goes is not None
        and not one.gives_way
        and one.goes.starts < now - _A_MINUTE
        and spread(terms, enrollment.run, one.key, one.goes) < now
        for one in candidates(enrollment, terms)
    )


def _has_come(enrollment: Enrollment, terms: Terms, now: datetime, day: date) -> bool:
    """Whether any letter is due by now, before window, gap and holds; told sooner than by `candidates`."""
    if _next_step(enrollment, terms) is not None and nominal_at(enrollment, terms) < now:
        return True
    return closing_nominal(enrollment, terms, day) is not None


def _recall_due(enrollment: Enrollment) -> Next | None:
    recall = enrollment.recall
    if recall is None or recall.came:
        return None
    return Next("recall_due", recall.at, None, recall.reason)


def _file_closed(enrollment: Enrollment, terms: Terms) -> Next | None:
    at = closes_at(enrollment, terms)
    return None if at is None else Next("file_closed", at, reason="silence")


def _held(enrollment: Enrollment, terms: Terms, one: Candidate) -> Next | None:
    """What to tell the rep of a letter that does not go when it is due (R37)."""
    due = due_again(enrollment, terms, one.key, one.due)
    if one.goes is not None and one.goes.starts <= due.starts:
        return None
    reason = reason_in(enrollment, terms, one.key, due)
    if reason is None or not is_news(enrollment, one.key, reason, due):
        return None
    until = expected(enrollment, terms, one.key, due, one.goes).day if one.goes else None
    return Next("held", due.starts, one.key, reason, until, told(one.key, reason, due, until))


def _email(enrollment: Enrollment, terms: Terms, one: Candidate, now: datetime) -> Next | None:
    """The email at its minute; one whose opening has passed goes at the next one (R12)."""
    key, _, opening, gives_way = one
    if opening is None or gives_way:
        return None
    at = spread(terms, enrollment.run, key, opening)
    if at < now:
        current = next_opening(terms, now)
        if current.day != opening.day:
            at = spread(terms, enrollment.run, key, clear(enrollment, terms, key, current))
    return Next("email", at, key)


def _candidate(enrollment: Enrollment, terms: Terms, key: str, nominal: datetime) -> Candidate:
    due = _due(enrollment, terms, nominal)
    goes = None if lasting_hold(enrollment) else clear(enrollment, terms, key, due)
    return Candidate(key, due, goes)


def _due(enrollment: Enrollment, terms: Terms, nominal: datetime) -> Opening:
    ended = enrollment.not_before
    return next_opening(terms, nominal if ended is None else max(nominal, ended))


def _value_email(enrollment: Enrollment, terms: Terms) -> Candidate | None:
    step = _next_step(enrollment, terms)
    return None if step is None else _candidate(enrollment, terms, step.key, nominal_at(enrollment, terms))


def _next_step(enrollment: Enrollment, terms: Terms) -> Step | None:
    """The step whose letter is to come, if value emails go out at all (R21, R28)."""
    steps = terms.campaign.steps
    if enrollment.state not in _MAY_DRIP or enrollment.step >= len(steps) or awaits_opt_in(enrollment, terms):
        return None
    return steps[enrollment.step]


def _closing_email(enrollment: Enrollment, terms: Terms, value: Candidate | None) -> Candidate | None:
    """The closing email, unless it is due only after the value email has gone."""
    latest = value.goes.day if value is not None and value.goes is not None else date.max
    day = closing_nominal(enrollment, terms, latest)
    if day is None:
        return None
    since = lasting_hold_since(enrollment, terms)
    if since is not None and silent_on(enrollment, terms) >= since:
        return None
    closing = _still_due(enrollment, terms, day)
    return None if closing is None or closing.due.day > latest else closing


def _still_due(enrollment: Enrollment, terms: Terms, day: date | None) -> Candidate | None:
    """The closing email due on `day`, or later if on the day it could go a recall has come near (R26)."""
    while day is not None:
        closing = _candidate(enrollment, terms, closing_key(enrollment), start_of(day, terms.zone))
        if closing.goes is None:
            return closing
        day = clear_of_recall(closing.goes.day, enrollment.recall, terms)
        if day == closing.goes.day:
            return closing
    return None


def _takes_its_place(closing: Candidate, value: Candidate) -> bool:
    if closing.goes is None or value.goes is None:
        return closing.due.starts <= value.due.starts
    return closing.goes.day <= value.goes.day
