"""What holds an email, until when, and what the rep is told of it (R12, R22, R23, R30-R37)."""

from datetime import date, datetime, timedelta

from drip.domain.enrollment import RUNNING_STATES, Enrollment, State, Terms
from drip.domain.gap import after_days
from drip.domain.hours import days_away
from drip.domain.recall import holds_email
from drip.domain.window import Opening, next_opening, spread, start_of, today

_OPTED_OUT = State.OPTED_OUT
_LASTS = "!"  # marks a report of a hold that time does not end


def lasting_hold(enrollment: Enrollment) -> str | None:
    """The reason of a hold that time does not end, None without one (R30, R33, R42)."""
    if enrollment.state is _OPTED_OUT:
        return "opted_out"
    if enrollment.waiting_for is not None:
        return "auto_reply" if enrollment.waiting_for == "auto_reply" else "replied"
    return "paused" if enrollment.paused_at is not None else None


def hold_reason(enrollment: Enrollment, terms: Terms, now: datetime) -> str | None:
    """Why no email may go out at this moment, a code of R37 or "window"; None: one may (R36)."""
    if enrollment.state not in RUNNING_STATES:
        return "opted_out" if enrollment.state is _OPTED_OUT else "suppressed"
    lasting = lasting_hold(enrollment)
    if lasting is not None:
        return lasting
    here = today(terms, now)
    _, reason = _held_by_day(enrollment, terms, here.day)
    if reason is not None:
        return reason
    if enrollment.mailbox_down_until is not None and now < enrollment.mailbox_down_until:
        return "mailbox_down"
    return None if here.is_open else "window"


def clear(enrollment: Enrollment, terms: Terms, key: str, opening: Opening) -> Opening:
    """The first opening, this one or a later one, in which nothing holds this letter."""
    while True:
        moment, _ = _obstacle(enrollment, terms, key, opening)
        if moment is None:
            return opening
        opening = next_opening(terms, moment)


def due_again(enrollment: Enrollment, terms: Terms, key: str, due: Opening) -> Opening:
    """When a letter held before is to be told of again: at the day its report said (R37)."""
    if not enrollment.held_told:
        return due
    days = [day for _, day in _reports(enrollment, key) if not day.startswith(_LASTS)]
    if not days or date.fromisoformat(max(days)) <= due.day:
        return due
    return next_opening(terms, start_of(date.fromisoformat(max(days)), terms.zone))


def reason_in(enrollment: Enrollment, terms: Terms, key: str, opening: Opening) -> str | None:
    """What holds this letter in this opening, a code of R37; None: nothing does."""
    return lasting_hold(enrollment) or _obstacle(enrollment, terms, key, opening)[1]


def expected(enrollment: Enrollment, terms: Terms, key: str, due: Opening, goes: Opening) -> Opening:
    """The opening to tell the rep: a recall that is not overdue is taken as made on its day (R37)."""
    recall = enrollment.recall
    if recall is None or goes == due or due.day > recall.on or goes.day <= recall.on:
        return goes
    touched = max(recall.on, enrollment.touched_on or recall.on)
    return clear(enrollment.changed(recall=None, touched_on=touched), terms, key, due)


def told(key: str, reason: str, due: Opening, until: date | None) -> str:
    """How an enrollment remembers a report: send key, reason, and the day told or the day held."""
    return f"{key}:{reason}:{_LASTS}{due.day}" if until is None else f"{key}:{reason}:{until}"


def is_news(enrollment: Enrollment, key: str, reason: str, due: Opening) -> bool:
    """Whether the rep has not been told of this letter and reason yet (R37).

    One lasting hold in place of another is no news before the letter is due again.
    """
    reports = _reports(enrollment, key)
    if any(code == reason for code, _ in reports):
        return False
    if not reports or lasting_hold(enrollment) is None:
        return True
    last = reports[-1][1]
    return not last.startswith(_LASTS) or due.day > date.fromisoformat(last.removeprefix(_LASTS))


def _reports(enrollment: Enrollment, key: str) -> list[tuple[str, str]]:
    """Reason and day of every report about this letter, the first one first."""
    split = [report.rsplit(":", 2) for report in enrollment.held_told]
    return [(reason, day) for known, reason, day in split if known == key]


def _obstacle(enrollment: Enrollment, terms: Terms, key: str, opening: Opening) -> tuple[datetime | None, str | None]:
    """When what holds this letter in this opening is gone, and its reason (R37)."""
    day, why = _held_by_day(enrollment, terms, opening.day)
    if day is not None:
        return start_of(day, terms.zone), why
    down = enrollment.mailbox_down_until
    if down is not None and spread(terms, enrollment.run, key, opening) < down:
        return down, "mailbox_down"
    ended = enrollment.not_before
    return (ended, None) if ended is not None and opening.starts < ended else (None, None)


def _held_by_day(enrollment: Enrollment, terms: Terms, day: date) -> tuple[date | None, str | None]:
    """The day on which everything that holds letters on `day` is gone, and what holds them longest."""
    holds = (
        (holds_email(enrollment.recall, day, terms), "recall_near"),
        (_gap_day(enrollment, terms), "gap"),
        (enrollment.absent_until, "auto_reply"),
        (enrollment.colleague_until, "colleague"),
        (_rep_back_on(terms, day), "absence"),
    )
    longest: tuple[date | None, str | None] = (None, None)
    last = day
    for free, why in holds:
        if free is not None and last < free:
            last, longest = free, (free, why)
    return longest


def _rep_back_on(terms: Terms, day: date) -> date | None:
    """The first day after `day` on which the rep is there all day; None: not away on it (R25)."""
    if terms.rep is None:
        return None
    spans = days_away(terms.rep, terms.zone)
    return next((last + timedelta(days=1) for first, last in spans if first <= day <= last), None)


def _gap_day(enrollment: Enrollment, terms: Terms) -> date | None:
    if enrollment.touched_on is None:
        return None
    return after_days(enrollment.touched_on, terms.campaign.gap, terms.calendar)
