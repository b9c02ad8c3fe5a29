"""The reps at work: each day they look at their recalls, call, and write down what came of it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Person, Temper
from drip.domain.business_days import Calendar
from drip.domain.facts import Outcome

_ODDS = dict[Outcome, float]
_REACHED = {
    Temper.KEEN: 0.72,
    Temper.READER: 0.55,
    Temper.QUIET: 0.16,
    Temper.WRITER: 0.7,
    Temper.STOPPER: 0.4,
    Temper.SELDOM: 0.5,
    Temper.AWAY: 0.5,
}
_WARM: _ODDS = {
    Outcome.MEETING_SET: 0.26,
    Outcome.NOT_READY: 0.44,
    Outcome.PROMISED: 0.2,
    Outcome.NOT_INTERESTED: 0.1,
}
_COLD: _ODDS = {
    Outcome.MEETING_SET: 0.05,
    Outcome.NOT_READY: 0.5,
    Outcome.PROMISED: 0.16,
    Outcome.NOT_INTERESTED: 0.25,
    Outcome.DO_NOT_CONTACT: 0.04,
}
_MISSED: _ODDS = {
    Outcome.NO_ANSWER: 0.56,
    Outcome.VOICEMAIL: 0.38,
    Outcome.WRONG_PERSON: 0.03,
    Outcome.BAD_NUMBER: 0.03,
}
REACHED = frozenset({*_WARM, *_COLD})


@dataclass(frozen=True, slots=True)
class Owed:
    """A recall as the rep's list shows it: which one (by its slot), and when the rep will make it."""

    enrollment_id: int
    slot: datetime
    call_at: datetime
    person: Person


def call_time(slot: datetime, person: Person, now: datetime, *, promised: bool, chance: Chance) -> datetime:
    """When the rep calls: a few minutes into the slot; now and then a day or two late, a promise never."""
    late = 0 if promised else chance.weighed(((0, 85.0), (1, 8.0), (2, 4.0), (3, 3.0)), person.number, slot, "late")
    local = slot.astimezone(person.zone)
    day = calendar_of(person).add(local.date(), late) if late else local.date()
    minutes = chance.whole(2, 28, person.number, slot, "minutes")
    at = _at(day, local.time(), person.zone) + timedelta(minutes=minutes)
    while at < now:  # it became due meanwhile: on the next day somebody works there
        day = calendar_of(person).add(day, 1)
        at = _at(day, local.time(), person.zone) + timedelta(minutes=minutes)
    return at


def outcome_of(person: Person, number: int, *, warm: bool, chance: Chance) -> Outcome:
    """What comes of a person's `number`-th call; `warm`: they opted in or asked for it."""
    odds = min(_REACHED[person.temper] + (0.2 if warm else 0.0), 0.95)
    reached = chance.happens(odds, person.number, number, "reached")
    table = (_WARM if warm else _COLD) if reached else _MISSED
    return chance.weighed(tuple(table.items()), person.number, number, "outcome")


def promised_day(person: Person, now: datetime, chance: Chance) -> date:
    """A business day some weeks from now that both find in their calendars."""
    weeks_on = now.astimezone(person.zone).date() + timedelta(days=chance.whole(16, 50, person.number, now, "promise"))
    return calendar_of(person).on_or_after(weeks_on)


def calendar_of(person: Person) -> Calendar:
    """The business days where the person is."""
    return Calendar(person.firm.place.country, person.firm.place.region or None)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(ZoneInfo("UTC"))
