"""The call-back a rep owes: its slots, what moves it, and when it holds emails (R14-R23)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drip.domain.cadence import advance
from drip.domain.enrollment import Enrollment, Recall, Terms
from drip.domain.errors import PromiseError
from drip.domain.gap import after_days, day_after, keeps_gap
from drip.domain.hours import meeting
from drip.domain.window import local_day, start_of, wall_time

_FURTHEST = timedelta(days=100 * 366)  # what is promised for later is mistyped, and nothing follows it in a calendar
_LOOK = 10  # business days with the rep there: hours that do not meet in two weeks are not waited for


def slot_on(day: date, terms: Terms) -> datetime:
    """Where the call window meets the rep's hours on a local day, aware UTC; if they do not, its start (R17)."""
    return _met(day, terms) or _at(day, terms.call_window.opens, terms)


def slot_from(day: date, terms: Terms) -> tuple[date, datetime]:
    """The first call slot on or after a local day: its day and its start (R17).

    With a rep who is away or keeps hours it is the first with the rep there. Where the hours and the call
    window do not meet in two weeks the prospect's window wins.
    """
    on = terms.calendar.on_or_after(day)
    if terms.rep is None:
        return on, slot_on(on, terms)
    outside: tuple[date, datetime] | None = None
    tried = 0
    while tried < _LOOK:
        met = _met(on, terms)
        slot = met or _at(on, terms.call_window.opens, terms)
        back = terms.rep.away_until(slot)
        if back is not None:
            on = terms.calendar.on_or_after(max(local_day(back, terms.zone), on + timedelta(days=1)))
            continue
        if met is not None:
            return on, met
        outside, tried = outside or (on, slot), tried + 1
        on = terms.calendar.add(on, 1)
    assert outside is not None
    return outside


def next_slot(moment: datetime, terms: Terms) -> tuple[date, datetime]:
    """The next call slot that begins (R17)."""
    day = local_day(moment, terms.zone)
    on, slot = slot_from(day, terms)
    return (on, slot) if slot >= moment else slot_from(day + timedelta(days=1), terms)


def in_hours(day: date, terms: Terms) -> bool:
    """Whether a call on a local day can be both in the prospect's call window and in the rep's hours."""
    return _met(day, terms) is not None


def meets(day: date, terms: Terms) -> bool:
    """Whether the rep's hours meet the prospect's call window at all, in the two weeks from a local day."""
    if terms.rep is None or not terms.rep.hours:
        return True
    first = terms.calendar.on_or_after(day)
    return any(in_hours(terms.calendar.add(first, n), terms) for n in range(_LOOK))


def recall_from(day: date, terms: Terms, reason: str, **more: Any) -> Recall:
    """A recall in the first call slot on or after a local day (R17)."""
    return _recall(slot_from(day, terms), terms.calendar.on_or_after(day), reason, **more)


def recall_next(moment: datetime, terms: Terms, reason: str, **more: Any) -> Recall:
    """A recall in the next call slot that begins (R17)."""
    own = next_slot(moment, terms._replace(rep=None))[0] if terms.rep is not None else date.max
    return _recall(next_slot(moment, terms), own, reason, **more)


def promised(on: date, at: datetime, terms: Terms, hour: time | None = None) -> Recall:
    """A recall on a date promised to the prospect, at `hour` by the prospect's wall clock where that was agreed (R14).

    Raises PromiseError when it is no business day there, past, or a century away.
    """
    if on > local_day(at, terms.zone) + _FURTHEST:
        raise PromiseError(f"{on.isoformat()} is more than a century away. Is the year right?")
    if on < local_day(at, terms.zone):
        raise PromiseError(f"A call cannot be promised for {on.isoformat()}: that day is past.")
    if not terms.calendar.is_business_day(on):
        better = terms.calendar.on_or_after(on)
        why = "a public holiday there" if on.weekday() < 5 else f"a {on:%A}"
        raise PromiseError(
            f"A call cannot be promised for {on:%A} {on.isoformat()}: it is {why}. "
            f"The next business day is {better:%A} {better.isoformat()}."
        )
    starts = slot_on(on, terms) if hour is None else firm(on, hour, terms.zone)
    if hour is not None and starts <= at:
        raise PromiseError(f"A call cannot be promised for {on.isoformat()} {hour:%H:%M} there: that is past.")
    return Recall(starts, on, "promised", promised=True)


def firm(on: date, hour: time, zone: ZoneInfo) -> datetime:
    """That minute of a local day as aware UTC; one that daylight saving leaves out is an hour later, of two the
    first."""
    return wall_time(on, hour.hour * 60 + hour.minute, zone, start_of(on, zone))


def routine(at: datetime, opted_in: bool, terms: Terms, reason: str) -> Recall:
    """The recall after a wait: 6 weeks for one who opted in, else 6 months (R15, R20)."""
    rules = terms.campaign.recall
    wait = rules.opted_in if opted_in else rules.not_opted_in
    return recall_from(advance(local_day(at, terms.zone), wait, terms.calendar), terms, reason)


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
            return old._replace(asked=old.asked or asked)
    fresh = recall_next(at, terms, reason, asked=asked)
    if not asked:
        fresh = kept_apart(fresh, enrollment, terms, at)
    if old is None or is_forgotten(old, at, terms) or fresh.at < old.at:
        return fresh
    if asked and fresh.at == old.at:
        return fresh
    return old._replace(asked=old.asked or asked)


def asked_now(enrollment: Enrollment, terms: Terms, at: datetime) -> Recall:
    """The recall after "call me": the next slot, in place of a promised date too (R14)."""
    old = enrollment.recall
    if old is not None and old.promised:
        if old.at <= at:
            return old._replace(asked=True)
        return recall_next(at, terms, "asked", asked=True)
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


def kept_apart(recall: Recall, enrollment: Enrollment, terms: Terms, at: datetime) -> Recall:
    """The same recall, on the first day that keeps the gap and is after an absence (R22, R31).

    It falls where the rep is there; a day it was moved from for that counts again, as far as it is not past.
    """
    first = recall.moved_from or recall.on
    if enrollment.touched_on is not None:
        first = max(first, after_days(enrollment.touched_on, terms.campaign.gap, terms.calendar))
    if enrollment.absent_until is not None:
        first = max(first, enrollment.absent_until)
    if first == recall.on and terms.rep is None:
        return recall
    return _in_slot_from(first, recall, terms, at)


def moved_by_touch(enrollment: Enrollment, terms: Terms, at: datetime) -> Recall | None:
    """The recall after any change: an unpromised one not yet due keeps the gap (R22), and waits for the rep."""
    recall = enrollment.recall
    if recall is None or recall.promised or recall.at <= at:
        return recall
    if not recall.asked:
        return kept_apart(recall, enrollment, terms, at)
    if terms.rep is None and recall.moved_from is None:
        return recall
    return kept_apart(recall, enrollment.changed(touched_on=None, absent_until=None), terms, at)


def in_slot_again(recall: Recall, terms: Terms, at: datetime) -> Recall:
    """The same recall in the slot its own day has with the rep as that is now; a promised or due one stays (R17)."""
    if recall.promised or recall.at <= at:
        return recall
    return _in_slot_from(recall.moved_from or recall.on, recall, terms, at)


def _in_slot_from(first: date, recall: Recall, terms: Terms, at: datetime) -> Recall:
    moved = recall_from(first, terms, recall.reason)
    if moved.at < at:
        moved = recall_next(at, terms, recall.reason)
    return recall._replace(on=moved.on, at=moved.at, moved_from=moved.moved_from)


def _met(day: date, terms: Terms) -> datetime | None:
    window = terms.call_window
    begin = _at(day, window.opens, terms)
    return begin if terms.rep is None else meeting(begin, _at(day, window.closes, terms), terms.rep)


def _at(day: date, wall: time, terms: Terms) -> datetime:
    return datetime.combine(day, wall, terms.zone).astimezone(UTC)


def _recall(slot: tuple[date, datetime], own: date, reason: str, **more: Any) -> Recall:
    """`own` is the day it would have with a rep who is always there."""
    on, at = slot
    return Recall(at, on, reason, moved_from=own if own < on else None, **more)
