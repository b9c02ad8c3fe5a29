"""A rep's working hours and days away: where they meet a prospect's call window, what they hold (R17, R25)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from drip.domain.errors import HoursError

Spell = tuple[datetime, datetime]  # away from the first moment on and before the second, aware UTC

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES = 24 * 60
LONGEST = timedelta(days=366)  # of an absence; who is away for longer is followed by somebody
_ONE, _TICK = timedelta(days=1), timedelta(microseconds=1)
_STATED = re.compile(r"(\S+)\s+(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")


class Span(NamedTuple):
    """A stretch of work each week: the weekday (Monday is 0), and minutes of the rep's day, the end excluded."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class RepTime:
    """When a rep is there: `hours` by the rep's wall clock in `zone`, none stated is any time; not while `away`."""

    zone: ZoneInfo
    hours: tuple[Span, ...] = ()
    away: tuple[Spell, ...] = ()

    def away_until(self, moment: datetime) -> datetime | None:
        """When the absence that covers an aware moment ends, aware UTC; None: the rep is not away then."""
        ends = [end for begin, end in self.away if begin <= moment < end]
        return max(ends) if ends else None


def parse_hours(text: str) -> tuple[Span, ...]:
    """The spans of "mon-fri 08:00-17:00", whose days may be a list such as "mon,wed-fri".

    Raises HoursError, which says what may stand there.
    """
    found = _STATED.fullmatch(text.strip().lower())
    if found is None:
        raise HoursError(f'"{text}" are no hours. Write days and times, such as "mon-fri 08:00-17:00".')
    opens, closes = (_minute(text, found[n], found[n + 1]) for n in (2, 4))
    if opens >= closes:
        raise HoursError(f'"{text}" ends before it begins. Write a night as two, such as "mon 22:00-24:00".')
    return tuple(Span(day, opens, closes) for day in _weekdays(text, found[1]))


def hours_of(texts: Iterable[str]) -> tuple[Span, ...]:
    """The spans of several such texts, in order. Raises HoursError, for two that overlap too."""
    spans = sorted(span for text in texts for span in parse_hours(text))
    for one, other in pairwise(spans):
        if one.weekday == other.weekday and other.opens < one.closes:
            raise HoursError(f"The hours {said([one])} and {said([other])} overlap. Write each hour once.")
    return tuple(spans)


def said(spans: Iterable[Span]) -> str:
    """Spans in words that `parse_hours` reads, days of the same hours together: "mon-fri 08:00-17:00"."""
    days: dict[tuple[int, int], list[int]] = {}
    for span in spans:
        days.setdefault((span.opens, span.closes), []).append(span.weekday)
    texts = [(min(on), f"{_named(on)} {_clock(opens)}-{_clock(closes)}") for (opens, closes), on in days.items()]
    return ", ".join(text for _, text in sorted(texts, key=lambda one: one[0]))


def spell(first: date, last: date, zone: ZoneInfo) -> Spell:
    """Two of the rep's days and all between them, as moments. Raises HoursError for days that cannot be."""
    if last < first:
        raise HoursError(f"An absence cannot end on {last}, before it begins on {first}. Write the days in order.")
    if last - first > LONGEST:
        raise HoursError(
            f"From {first} to {last} is more than a year. Hand the prospects to somebody who is there, and write "
            "at most a year."
        )
    try:
        begin, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + _ONE))
    except OverflowError:
        raise HoursError(f"{first} to {last} is at an end of the calendar. Is the year right?") from None
    return begin, end


def entered(first: date, last: date, zone: ZoneInfo, now: datetime) -> Spell:
    """What an absence holds that is entered `now`: nothing that was before. Raises HoursError when it is over."""
    begin, end = spell(first, last, zone)
    if end <= now:
        raise HoursError(f"{last} is past: an absence that is over holds nothing any more. Write one that is to come.")
    return max(begin, now), end


def ended(absence: Spell, now: datetime) -> Spell:
    """What an absence holds that ends `now`: what it has held already, nothing where it has not begun."""
    begin, end = absence
    return begin, min(end, max(begin, now))


@lru_cache(maxsize=8192)
def meeting(begin: datetime, end: datetime, rep: RepTime) -> datetime | None:
    """The first moment from `begin` on and before `end` that is in the rep's hours; None: they do not meet."""
    if not rep.hours:
        return begin
    day, last = begin.astimezone(rep.zone).date(), end.astimezone(rep.zone).date()
    while day <= last:
        for span in rep.hours:
            if span.weekday == day.weekday():
                met = max(begin, _moment(day, span.opens, rep.zone))
                if met < min(end, _moment(day, span.closes, rep.zone)):
                    return met
        day += _ONE
    return None


@lru_cache(maxsize=4096)
def days_away(rep: RepTime, zone: ZoneInfo, since: datetime | None = None) -> tuple[tuple[date, date], ...]:
    """The days in a prospect's zone of which the rep is away for any part, as spans with both ends, in order.

    `since`: nothing before that moment counts.
    """
    spans: list[tuple[date, date]] = []
    for begin, end in sorted(rep.away):
        counted = begin if since is None else max(begin, since)
        if counted >= end:
            continue
        first, last = counted.astimezone(zone).date(), (end - _TICK).astimezone(zone).date()
        if spans and first <= spans[-1][1] + _ONE:
            first, last = spans[-1][0], max(last, spans.pop()[1])
        spans.append((first, last))
    return tuple(spans)


def _minute(text: str, hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _MINUTES:
        raise HoursError(f'"{text}": there is no {hour}:{minute}. Write times from 00:00 to 24:00.')
    return total


def _weekdays(text: str, words: str) -> list[int]:
    days: set[int] = set()
    for part in words.split(","):
        first, dash, last = part.partition("-")
        ends = [_DAYS.index(one) for one in (first, last or first) if one in _DAYS]
        if len(ends) != 2 or (dash and not last):
            raise HoursError(f'"{text}": "{part}" is no day. Write them like mon-fri or mon,wed,fri.')
        begin, count = ends[0], (ends[1] - ends[0]) % 7
        days.update((begin + n) % 7 for n in range(count + 1))
    return sorted(days)


def _named(weekdays: list[int]) -> str:
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_DAYS[run[0]] + (f"-{_DAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """That minute of the rep's day, aware UTC; one that daylight saving leaves out is an hour further on (R9)."""
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minute)).astimezone(UTC)
