"""Read what a rep typed on the page of an outcome, and say in words what is wrong with it (R14)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from drip.domain.enrollment import Terms
from drip.domain.errors import PromiseError
from drip.domain.facts import Outcome
from drip.domain.recall import promised
from drip.domain.window import local_day

LONGEST_NOTE = 2_000  # characters
FURTHEST = timedelta(days=5 * 366)
OFFERED = 3  # days


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed: the promised day, and a note. `error` is what is wrong, `about` the field it is about;
    `days` are good ones to offer instead."""

    on: date | None = None
    typed: str = ""
    note: str = ""
    error: str = ""
    about: str = ""
    days: tuple[date, ...] = ()


def read_given(form: Mapping[str, str], outcome: Outcome, terms: Terms, now: datetime) -> Given:
    """What the fields say. A day belongs to the outcome promised alone; a picked one goes before a typed one."""
    note = form.get("note", "").strip()
    typed = (form.get("pick") or form.get("on", "")).strip()
    given = Given(typed=typed, note=note)
    if len(note) > LONGEST_NOTE:
        words = f"The note has {len(note):,} characters; {LONGEST_NOTE:,} are kept at most. Please shorten it."
        return Given(typed=typed, note=note, error=words, about="note")
    return _promised(given, terms, now) if outcome is Outcome.PROMISED else given


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
        return _refused(given, "Which day did you agree on? Choose it here.", tomorrow, terms)
    try:
        on = date.fromisoformat(given.typed)
    except ValueError:
        words = f"“{given.typed[:40]}” is no day. Write it as year-month-day, such as {tomorrow.isoformat()}."
        return _refused(given, words, tomorrow, terms)
    if on > today + FURTHEST:
        return _refused(given, f"{on.isoformat()} is more than five years away. Is the year right?", tomorrow, terms)
    try:
        promised(on, now, terms)
    except PromiseError as error:
        return _refused(given, str(error), max(on, tomorrow), terms)
    return Given(on=on, typed=given.typed, note=given.note)


def _refused(given: Given, error: str, first: date, terms: Terms) -> Given:
    return Given(typed=given.typed, note=given.note, error=error, about="on", days=good_days(first, terms))
