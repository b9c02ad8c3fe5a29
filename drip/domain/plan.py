"""What is next for an enrollment, and when: the one function everything that is sent comes from."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from drip.domain.cadence import awaits_opt_in, nominal_at
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.gap import after_days
from drip.domain.recall import holds_email
from drip.domain.silence import closes_at, closing_nominal
from drip.domain.window import Opening, local_day, next_opening, spread, start_of

_ORDER = {"recall_due": 0, "file_closed": 1, "held": 2, "email": 3}


@dataclass(frozen=True, slots=True)
class Next:
    """The next thing that time brings. `at` is aware UTC and may be past: then it is for now.

    `what` is recall_due, file_closed, held or email; `key` the send key ("closing/<n>" for a
    closing email); `reason` and `until` (the planned day) belong to held.
    """

    what: str
    at: datetime
    key: str | None = None
    reason: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One email that could be next: when it is due, when it can go, and what holds it."""

    key: str
    due: Opening
    goes: Opening | None  # None: a person must act first
    reason: str | None


def plan(enrollment: Enrollment, terms: Terms, now: datetime) -> Next | None:
    """The next thing that happens if nobody does anything; None if nothing ever does (R41).

    Of things at the same time: recall_due, file_closed, held, email.
    """
    options = [_recall_due(enrollment), _file_closed(enrollment, terms)]
    options += _emails(enrollment, terms, now)
    found = [option for option in options if option is not None]
    return min(found, key=lambda option: (option.at, _ORDER[option.what]), default=None)


def closing_key(enrollment: Enrollment) -> str:
    """The send key of the closing email of this silence (R39)."""
    return f"closing/{enrollment.silence}"


def candidates(enrollment: Enrollment, terms: Terms) -> list[Candidate]:
    """The emails that could be next, the closing email first; it takes a shared opening (R26)."""
    if enrollment.state not in (State.DRIPPING, State.COMPLETED):
        return []
    value = _value_email(enrollment, terms)
    closing = _closing_email(enrollment, terms, value)
    if closing is not None and value is not None and _takes_its_place(closing, value):
        value = None
    return [one for one in (closing, value) if one is not None]


def lasting_hold(enrollment: Enrollment) -> str | None:
    """The reason of a hold that only a person ends, None without one (R30, R42)."""
    if enrollment.waiting_for is not None:
        return "auto_reply" if enrollment.waiting_for == "auto_reply" else "replied"
    return "paused" if enrollment.paused_at is not None else None


def hold_reason(enrollment: Enrollment, terms: Terms, now: datetime) -> str | None:
    """Why no email may go out at this moment, a code of R37 or "window"; None: one may (R36)."""
    if enrollment.state not in (State.DRIPPING, State.COMPLETED):
        return "opted_out" if enrollment.state is State.OPTED_OUT else "suppressed"
    lasting = lasting_hold(enrollment)
    if lasting is not None:
        return lasting
    day = local_day(now, terms.zone)
    _, reason = _first_obstacle(enrollment, terms, next_opening(terms, now))
    if reason is not None:
        return reason
    opening = next_opening(terms, now.replace(second=0, microsecond=0))
    return None if opening.day == day and opening.starts <= now else "window"


def _recall_due(enrollment: Enrollment) -> Next | None:
    recall = enrollment.recall
    if recall is None or recall.came:
        return None
    return Next("recall_due", recall.at, reason=recall.reason)


def _file_closed(enrollment: Enrollment, terms: Terms) -> Next | None:
    at = closes_at(enrollment, terms)
    return None if at is None else Next("file_closed", at, reason="silence")


def _emails(enrollment: Enrollment, terms: Terms, now: datetime) -> list[Next]:
    found = []
    for one in candidates(enrollment, terms):
        held = one.goes is None or one.goes != one.due
        if held and one.reason and f"{one.key}:{one.reason}" not in enrollment.held_told:
            until = one.goes.day if one.goes else None
            found.append(Next("held", one.due.starts, one.key, one.reason, until))
        if one.goes is not None:
            found.append(_email(enrollment, terms, one.key, one.goes, now))
    return found


def _email(enrollment: Enrollment, terms: Terms, key: str, opening: Opening, now: datetime) -> Next:
    """The email at its minute; one whose opening has passed goes at the next one (R12)."""
    at = spread(terms, enrollment.run, key, opening)
    if at < now:
        current = next_opening(terms, now)
        if current.day != opening.day:
            late = replace(enrollment, not_before=now)
            moved, _ = _clear(late, terms, current)
            at = spread(terms, enrollment.run, key, moved)
    return Next("email", at, key)


def _candidate(enrollment: Enrollment, terms: Terms, key: str, due_at: datetime) -> Candidate:
    due = next_opening(terms, due_at)
    hold = lasting_hold(enrollment)
    if hold is not None:
        return Candidate(key, due, None, hold)
    goes, reason = _clear(enrollment, terms, due)
    return Candidate(key, due, goes, reason)


def _value_email(enrollment: Enrollment, terms: Terms) -> Candidate | None:
    if enrollment.state is not State.DRIPPING or awaits_opt_in(enrollment, terms):
        return None
    key = terms.campaign.steps[enrollment.step].key
    return _candidate(enrollment, terms, key, nominal_at(enrollment, terms))


def _closing_email(enrollment: Enrollment, terms: Terms, value: Candidate | None) -> Candidate | None:
    """The closing email, unless it is due only after the value email has gone."""
    if lasting_hold(enrollment):
        return None
    day = closing_nominal(enrollment, terms)
    if day is None or (value is not None and value.goes is not None and day > value.goes.day):
        return None
    return _candidate(enrollment, terms, closing_key(enrollment), start_of(day, terms.zone))


def _takes_its_place(closing: Candidate, value: Candidate) -> bool:
    if closing.goes is None or value.goes is None:
        return closing.due.starts <= value.due.starts
    return closing.goes.day <= value.goes.day


def _clear(enrollment: Enrollment, terms: Terms, opening: Opening) -> tuple[Opening, str | None]:
    """The first opening that nothing stands in the way of, and what moved it last."""
    reason = None
    while True:
        moment, why = _first_obstacle(enrollment, terms, opening)
        if moment is None:
            return opening, reason
        opening, reason = next_opening(terms, moment), why or reason


def _first_obstacle(enrollment: Enrollment, terms: Terms, opening: Opening) -> tuple[datetime | None, str | None]:
    """When the first obstacle to an email in this opening is gone, and its reason (R37)."""
    for day, why in (
        (_gap_day(enrollment, terms), "gap"),
        (enrollment.absent_until, "auto_reply"),
        (enrollment.colleague_until, "colleague"),
        (holds_email(enrollment.recall, opening.day, terms), "recall_near"),
    ):
        if day is not None and opening.day < day:
            return start_of(day, terms.zone), why
    for moment, code in (
        (enrollment.mailbox_down_until, "mailbox_down"),
        (enrollment.not_before, None),
    ):
        if moment is not None and opening.starts < moment:
            return moment, code
    return None, None


def _gap_day(enrollment: Enrollment, terms: Terms) -> date | None:
    if enrollment.touched_on is None:
        return None
    return after_days(enrollment.touched_on, terms.campaign.gap, terms.calendar)
