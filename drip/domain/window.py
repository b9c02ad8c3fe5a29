"""When an email may go out: the openings of a window, and the spread within one (R9, R10)."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Window
from drip.domain.enrollment import Terms

_MINUTE = timedelta(minutes=1)
_written = lru_cache(maxsize=4096)(date.isoformat)  # many letters go on the same days


class Opening(NamedTuple):
    """What is left of one opening: from `minute` of the local `day`, `minutes` long.

    `starts` is that minute as an aware UTC time.
    """

    day: date
    minute: int
    minutes: int
    starts: datetime


class Today(NamedTuple):
    """What an aware time is to a prospect: a local day, whether the window is open, and when it closes (aware UTC):
    the one that is open, or else the next."""

    day: date
    is_open: bool
    closes: datetime


@lru_cache(maxsize=4096)  # letters that leave together ask for the same moment
def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an aware time in the prospect's zone."""
    return moment.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Midnight at the start of a local day, as aware UTC."""
    return _pass(day, 0, zone, 0)


def wall_time(day: date, minute: int, zone: ZoneInfo, not_before: datetime) -> datetime:
    """That minute of the local day as aware UTC; of a repeated hour, the pass not before a time.

    A minute that daylight saving leaves out becomes the one an hour further on.
    """
    first = _pass(day, minute, zone, 0)
    return first if first >= not_before else _pass(day, minute, zone, 1)


def is_open_day(window: Window, calendar: Calendar, day: date) -> bool:
    """Whether the window opens on that day at all."""
    return day.weekday() in window.days and not (window.holidays and calendar.is_holiday(day))


def next_opening(terms: Terms, moment: datetime) -> Opening:
    """The opening at or after an aware time; one that is open counts, from its next whole minute."""
    find = _opening if moment.second or moment.microsecond else _opening_from_minute
    return find(terms.campaign.window, terms.zone, terms.calendar, moment)


def today(terms: Terms, now: datetime) -> Today:
    """What an aware time is to the prospect; the letters of a batch ask it of the same time, from a few places."""
    return _today(terms.campaign.window, terms.zone, terms.calendar, now)


def closes_after(terms: Terms, moment: datetime) -> datetime:
    """When the opening at or after an aware time ends, aware UTC."""
    return _closes(next_opening(terms, moment), terms.zone)


def may_go_at(terms: Terms, run: int, key: str, moment: datetime) -> datetime:
    """When a letter that is ready at an aware time may go: at once in an open window, else at its minute of the
    next opening (R9, R10)."""
    opening = next_opening(terms, moment.replace(second=0, microsecond=0))
    return moment if opening.starts <= moment else spread(terms, run, key, opening)


def spread(terms: Terms, run: int, key: str, opening: Opening) -> datetime:
    """The minute of an opening at which this letter goes, the same each time (R10)."""
    words = f"{terms.email.lower()}|{terms.campaign.label}|{run}|{key}|{_written(opening.day)}"
    digest = hashlib.sha256(words.encode()).digest()
    minute = opening.minute + int.from_bytes(digest) % opening.minutes
    return wall_time(opening.day, minute, terms.zone, opening.starts)


@lru_cache(maxsize=1024)
def _today(window: Window, zone: ZoneInfo, calendar: Calendar, now: datetime) -> Today:
    day, minute = local_day(now, zone), now.replace(second=0, microsecond=0)
    opening = _opening(window, zone, calendar, minute)
    return Today(day, opening.day == day and opening.starts <= now, _closes(opening, zone))


def _closes(opening: Opening, zone: ZoneInfo) -> datetime:
    return wall_time(opening.day, opening.minute + opening.minutes, zone, opening.starts)


def _opening(window: Window, zone: ZoneInfo, calendar: Calendar, moment: datetime) -> Opening:
    opens = window.opens.hour * 60 + window.opens.minute
    closes = 1440 if window.closes == time.max else window.closes.hour * 60 + window.closes.minute
    local = moment.astimezone(zone)
    if local.second or local.microsecond:
        local += _MINUTE - timedelta(seconds=local.second, microseconds=local.microsecond)
    day, minute = local.date(), max(opens, local.hour * 60 + local.minute)
    if minute >= closes or not is_open_day(window, calendar, day):
        day, minute = day + timedelta(days=1), opens
        while not is_open_day(window, calendar, day):
            day += timedelta(days=1)
    starts = wall_time(day, minute, zone, moment)
    return Opening(day, minute, closes - minute, starts)


_opening_from_minute = lru_cache(maxsize=16384)(_opening)  # most ask from the start of a day on


@lru_cache(maxsize=65536)
def _pass(day: date, minute: int, zone: ZoneInfo, fold: int) -> datetime:
    """The first (fold 0) or the second time a minute of the local day comes, as aware UTC."""
    local = datetime.combine(day, time.min, zone) + minute * _MINUTE
    return local.replace(fold=fold).astimezone(UTC)
