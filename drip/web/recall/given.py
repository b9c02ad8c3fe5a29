"""Read what a rep typed on the page of an outcome, and say in words what is wrong with it (R14)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from drip.actions.appointing.agreed import FURTHEST, Agreed, AppointmentError
from drip.domain.enrollment import Terms
from drip.domain.errors import PromiseError
from drip.domain.facts import Outcome
from drip.domain.recall import promised
from drip.domain.window import local_day
from drip.web.words import say_day

LONGEST_NOTE = 2_000  # characters
OFFERED = 3  # days
MINUTES = {Outcome.PROMISED: 30, Outcome.MEETING_SET: 60}


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, and what it means: the promised day, a firm agreement, a note. `error` is what is wrong,
    `about` the field it is about; `days` are good ones to offer instead."""

    typed: str = ""
    typed_hour: str = ""
    invite: bool = False
    note: str = ""
    on: date | None = None
    agreed: Agreed | None = None
    error: str = ""
    about: str = ""
    days: tuple[date, ...] = ()

    def wrong(self, error: str, about: str, days: tuple[date, ...] = ()) -> "Given":
        """The same, refused."""
        return replace(self, on=None, agreed=None, error=error, about=about, days=days)


def read_given(form: Mapping[str, str], outcome: Outcome, terms: Terms, now: datetime) -> Given:
    """What the fields say. Day and hour belong to the outcomes promised and meeting_set alone; a picked day goes
    before a typed one."""
    typed = (form.get("pick") or form.get("on", "")).strip()
    given = Given(typed, form.get("hour", "").strip(), "invite" in form, form.get("note", "").strip())
    if len(given.note) > LONGEST_NOTE:
        words = f"The note has {len(given.note):,} characters; {LONGEST_NOTE:,} are kept at most. Please shorten it."
        return given.wrong(words, "note")
    if outcome is Outcome.PROMISED:
        given = _promised(given, terms, now)
    elif outcome is Outcome.MEETING_SET:
        given = _meeting(given)
    return _firm(given, outcome, terms, now) if outcome in MINUTES and not given.error else given


def good_days(first: date, terms: Terms, count: int = OFFERED) -> tuple[date, ...]:
    """The first business days of the prospect on or after a day."""
    days = [terms.calendar.on_or_after(first)]
    while len(days) < count:
        days.append(terms.calendar.add(days[-1], 1))
    return tuple(days)


def _promised(given: Given, terms: Terms, now: datetime) -> Given:
    today = local_day(now, terms.zone)
    tomorrow = today + timedelta(days=1)
    if not given.typed:
        return given.wrong("Which day did you agree on? Choose it here.", "on", good_days(tomorrow, terms))
    on = _day(given.typed)
    if on is None:
        return given.wrong(_no_day(given, tomorrow), "on", good_days(tomorrow, terms))
    if on > today + FURTHEST:
        words = f"{on.isoformat()} is more than five years away. Is the year right?"
        return given.wrong(words, "on", good_days(tomorrow, terms))
    try:
        promised(on, now, terms)
    except PromiseError:
        return given.wrong(_no_promise(on, today), "on", good_days(max(on, tomorrow), terms))
    return replace(given, on=on)


def _no_promise(on: date, today: date) -> str:
    """Why no call is promised for a day (R14), as the page says days."""
    if on < today:
        return f"{say_day(on, today)} is past. Choose a day to come, or one of those below."
    why = "a public holiday where they are" if on.weekday() < 5 else "no business day"
    return f"{say_day(on, today)} is {why}. Choose another day, or one of those below."


def _meeting(given: Given) -> Given:
    """The day of a meeting need not be told."""
    if not given.typed:
        if given.typed_hour or given.invite:
            return given.wrong("Which day is the meeting? An appointment needs a day and an hour.", "on")
        return given
    on = _day(given.typed)
    return given.wrong(_no_day(given, None), "on") if on is None else replace(given, on=on)


def _firm(given: Given, outcome: Outcome, terms: Terms, now: datetime) -> Given:
    """The agreement, where an hour was given with the day."""
    if given.on is None:
        return given
    if not given.typed_hour:
        if given.invite or outcome is Outcome.MEETING_SET:
            return given.wrong("At what hour? An appointment needs a day and an hour.", "hour")
        return given
    try:
        hour = time.fromisoformat(given.typed_hour)
    except ValueError:
        return given.wrong(f"“{given.typed_hour[:20]}” is no hour. Write it like 14:30.", "hour")
    agreed = Agreed(given.on, hour.replace(second=0, microsecond=0, tzinfo=None), MINUTES[outcome], given.invite)
    try:
        agreed.starts_at(terms.zone, now)
    except AppointmentError as error:
        return given.wrong(str(error), "hour" if given.on == local_day(now, terms.zone) else "on")
    return replace(given, agreed=agreed)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _no_day(given: Given, example: date | None) -> str:
    shown = example.isoformat() if example else "2027-03-16"
    return f"“{given.typed[:40]}” is no day. Write it as year-month-day, such as {shown}."
