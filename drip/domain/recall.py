"""The call-back a rep owes: its slots, what moves it, and when it holds emails (R14-R23)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from drip.domain.cadence import advance
from drip.domain.enrollment import CallWindow, Enrollment, Recall, Terms
from drip.domain.errors import PromiseError
from drip.domain.gap import after_days, day_after, keeps_gap
from drip.domain.window import local_day

_STARTS = {CallWindow.EARLY: time(7, 30), CallWindow.LATE: time(17), CallWindow.ANY: time(7, 30)}


def slot_on(day: date, terms: Terms) -> datetime:
    """The start of the call window on a local day, aware UTC (R17)."""
    start = datetime.combine(day, _STARTS[terms.call_window], terms.zone)
    return start.astimezone(UTC)


def slot_from(day: date, terms: Terms) -> tuple[date, datetime]:
    """The first call slot on or after a local day: its day and its start (R17)."""
    on = terms.calendar.on_or_after(day)
    return on, slot_on(on, terms)


def next_slot(moment: datetime, terms: Terms) -> tuple[date, datetime]:
    """The next call slot that begins (R17)."""
    day = local_day(moment, terms.zone)
    if slot_on(day, terms) < moment:
        day += timedelta(days=1)
    return slot_from(day, terms)


def promised(on: date, at: datetime, terms: Terms) -> Recall:
    """A recall on a date promised to the prospect (R14).

    Raises PromiseError when it is no business day there, or past.
    """
    if not terms.calendar.is_business_day(on):
        better = terms.calendar.on_or_after(on)
        why = "a public holiday there" if on.weekday() < 5 else f"a {on:%A}"
        raise PromiseError(
            f"A call cannot be promised for {on:%A} {on.isoformat()}: it is {why}. "
            f"The next business day is {better:%A} {better.isoformat()}."
        )
    if on < local_day(at, terms.zone):
        raise PromiseError(f"A call cannot be promised for {on.isoformat()}: that day is past.")
    return Recall(slot_on(on, terms), on, "promised", promised=True)


def routine(at: datetime, opted_in: bool, terms: Terms, reason: str) -> Recall:
    """The recall after a wait: 6 weeks for one who opted in, else 6 months (R15, R20)."""
    rules = terms.campaign.recall
    wait = rules.opted_in if opted_in else rules.not_opted_in
    day = advance(local_day(at, terms.zone), wait, terms.calendar)
    on, slot = slot_from(day, terms)
    return Recall(slot, on, reason)


def overdue_limit(recall: Recall, terms: Terms) -> date:
    """The first day on which an overdue recall no longer holds emails (R23)."""
    return day_after(recall.on, terms.campaign.recall.overdue_hold, terms.calendar)


def is_forgotten(recall: Recall, at: datetime, terms: Terms) -> bool:
    """Whether it is unpromised and overdue beyond the limit: for R16 and R19 it counts as none."""
    return not recall.promised and local_day(at, terms.zone) >= overdue_limit(recall, terms)


def holds_email(recall: Recall | None, day: date, terms: Terms) -> date | None:
    """The first day after `day` on which this recall lets an email go, or None if it does now.

    An email within the gap before it, on its day, or while it is overdue waits (R23).
    """
    if recall is None:
        return None
    if day <= recall.on and keeps_gap(day, recall.on, terms.campaign.gap, terms.calendar):
        return None
    free = overdue_limit(recall, terms)
    after = after_days(recall.on, terms.campaign.gap, terms.calendar)
    return max(free, after) if day < max(free, after) else None


def came_forward(enrollment: Enrollment, terms: Terms, at: datetime, reason: str, *, asked: bool) -> Recall:
    """The recall after the prospect replied, answered or the campaign completed (R19, R29).

    It becomes the next slot, never later than it was; a promised one stays, and so does one that
    is due, which has then been asked for when `asked`.
    """
    old = enrollment.recall
    if old is not None and not is_forgotten(old, at, terms):
        if old.promised:
            return old
        if old.at <= at:
            return replace(old, asked=old.asked or asked)
    on, slot = next_slot(at, terms)
    fresh = Recall(slot, on, reason, asked=asked)
    if not asked:
        fresh = kept_apart(fresh, enrollment, terms)
    if old is None or is_forgotten(old, at, terms) or fresh.at < old.at:
        return fresh
    if asked and fresh.at == old.at:
        return fresh
    return replace(old, asked=old.asked or asked)


def asked_now(enrollment: Enrollment, terms: Terms, at: datetime) -> Recall:
    """The recall after "call me": the next slot, in place of a promised date too (R14)."""
    old = enrollment.recall
    if old is not None and old.promised:
        if old.at <= at:
            return replace(old, asked=True)
        on, slot = next_slot(at, terms)
        return Recall(slot, on, "asked", asked=True)
    return came_forward(enrollment, terms, at, "asked", asked=True)


def on_opt_in(enrollment: Enrollment, terms: Terms, at: datetime) -> Recall:
    """The earlier of what it was and six weeks from the opt-in; never later (R16)."""
    old = enrollment.recall
    fresh = routine(at, True, terms, "opted_in")
    if old is None or is_forgotten(old, at, terms):
        return fresh
    if old.promised or old.at <= fresh.at:
        return old
    return fresh


def kept_apart(recall: Recall, enrollment: Enrollment, terms: Terms) -> Recall:
    """The same recall, on the first day that keeps the gap and is after an absence (R22, R31)."""
    first = recall.on
    if enrollment.touched_on is not None:
        first = max(first, after_days(enrollment.touched_on, terms.campaign.gap, terms.calendar))
    if enrollment.absent_until is not None:
        first = max(first, enrollment.absent_until)
    if first == recall.on:
        return recall
    on, slot = slot_from(first, terms)
    return replace(recall, on=on, at=slot)


def moved_by_touch(enrollment: Enrollment, terms: Terms, at: datetime) -> Recall | None:
    """The recall after any change: an unpromised one not yet due keeps the gap (R22)."""
    recall = enrollment.recall
    if recall is None or recall.promised or recall.asked or recall.at <= at:
        return recall
    return kept_apart(recall, enrollment, terms)
