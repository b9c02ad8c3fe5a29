"""Silence: how long it lasts, when the closing email is due, and when the file closes (R25-R28)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from drip.domain.cadence import advance, awaits_opt_in, interval_of
from drip.domain.campaign import AtEnd
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import RUNNING_STATES, Enrollment, Recall, State, Terms
from drip.domain.gap import after_days
from drip.domain.hours import days_away
from drip.domain.recall import overdue_limit
from drip.domain.window import local_day

_CLOSING, _COMPLETED = State.CLOSING, State.COMPLETED
_ONE = timedelta(days=1)
_LONG = Duration(15, Unit.MONTH)
_SHORT = Duration(8, Unit.MONTH)
_QUARTER_IN = {
    Unit.DAY: 90,
    Unit.BUSINESS_DAY: 65,
    Unit.WEEK: 13,
    Unit.MONTH: 3,
    Unit.QUARTER: 1,
    Unit.YEAR: 1,
}


def silence_wait(enrollment: Enrollment, terms: Terms) -> Duration:
    """How long a silence is before it is complete (R26)."""
    stated = terms.campaign.silence.after
    if stated is not None:
        return stated
    interval = interval_of(enrollment, terms)
    return _LONG if interval.count >= _QUARTER_IN[interval.unit] else _SHORT


def held_days(enrollment: Enrollment, terms: Terms) -> tuple[tuple[date, date], ...]:
    """The spans of days of which any part was or will be held: ended holds, and the rep's absences (R25)."""
    rep = terms.rep
    if rep is None or not rep.away:
        return enrollment.held_days
    return (*enrollment.held_days, *days_away(rep, terms.zone, enrollment.rep_since))


def lasting_hold_since(enrollment: Enrollment, terms: Terms) -> date | None:
    """The local day since when a pause or a wait for the rep has lasted, None without one."""
    begun = [t for t in (enrollment.paused_at, enrollment.waiting_since) if t is not None]
    return local_day(min(begun), terms.zone) if begun else None


def silent_on(enrollment: Enrollment, terms: Terms) -> date:
    """The day the silence is complete by the calendar: held days do not count (R25, R26)."""
    heard = local_day(enrollment.heard_at, terms.zone)
    base = advance(heard, silence_wait(enrollment, terms), terms.calendar)
    spans = [span for span in held_days(enrollment, terms) if span[1] > heard]
    if not spans:
        return base
    days = _held_between(spans, heard)
    complete = base
    while True:
        later = base + _ONE * sum(1 for day in days if day <= complete)
        if later == complete:
            return complete
        complete = later


def closing_nominal(enrollment: Enrollment, terms: Terms, latest: date = date.max) -> date | None:
    """The day the closing email is due by R26, before window, gap and holds.

    None: not in sight, or not by `latest`.
    """
    if terms.campaign.silence.closing is None:
        return None
    if enrollment.state not in RUNNING_STATES:
        return None
    if not _enough_emails(enrollment, terms):
        return None
    due = silent_on(enrollment, terms)
    if enrollment.touched_on is not None:  # until then another condition stood in the way
        due = max(due, enrollment.touched_on)
    if due > latest:
        return None
    clear = clear_of_recall(due, enrollment.recall, terms)
    return None if clear is None or clear > latest else clear


def clear_of_recall(due: date, recall: Recall | None, terms: Terms) -> date | None:
    """The first day from `due` on which this recall allows the closing email; None: not while it stands (R26)."""
    if recall is None or (recall.after_tries and not recall.asked and not recall.promised):
        return due
    if recall.promised:
        return None
    quiet = terms.campaign.silence.quiet_before_recall
    if recall.on > after_days(due, quiet, terms.calendar):
        return due
    if recall.asked:
        return None
    return max(due, overdue_limit(recall, terms))


def closes_at(enrollment: Enrollment, terms: Terms) -> datetime | None:
    """23:59 of the last day of grace after the closing email, aware UTC (R28).

    None when no closing email is out, when it bounced, or while a pause or wait lasts.
    """
    sent = enrollment.closing_sent_at
    if enrollment.state is not _CLOSING or sent is None or enrollment.closing_bounced:
        return None
    if enrollment.paused_at is not None or enrollment.waiting_since is not None:
        return None
    grace = terms.campaign.silence.grace
    day, left = local_day(sent, terms.zone), grace.count
    held = held_days(enrollment, terms)
    while left:
        day += _ONE
        if any(first <= day <= last for first, last in held):
            continue
        if grace.unit is Unit.DAY or terms.calendar.is_business_day(day):
            left -= 1
    return datetime.combine(day, time(23, 59), terms.zone).astimezone(UTC)


def _held_between(spans: Iterable[tuple[date, date]], heard: date) -> frozenset[date]:
    return frozenset(
        first + _ONE * count
        for first, last in spans
        for count in range((last - first).days + 1)
        if first + _ONE * count > heard
    )


def _enough_emails(enrollment: Enrollment, terms: Terms) -> bool:
    if enrollment.accepted >= terms.campaign.silence.min_emails:
        return True
    return enrollment.state is _COMPLETED or awaits_opt_in(enrollment, terms)


def repeats(terms: Terms) -> bool:
    """Whether the campaign starts again after its last step (R11)."""
    return terms.campaign.at_end is AtEnd.REPEAT
