"""Notices: which mails a rep wants from us, and when the next one by the calendar is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from drip.domain.errors import DripError
from drip.domain.hours import RepTime
from drip.domain.window import local_day, start_of, wall_time

Works = Callable[[date], bool]
"""Whether the rep works on a local day."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MORNING = time(7)
GATHER = timedelta(minutes=1)  # alerts that come within it go together
WEEKLY_LASTS = timedelta(days=3)  # a summary that could not go for longer is of no use
ALERT_LASTS = timedelta(days=2)
LOOK_AGAIN = timedelta(days=30)  # where nothing by the calendar is wanted
_A_DAY = timedelta(days=1)
_FARTHEST = 60  # days ahead in which a working day is looked for


class WishError(DripError):
    """A preference that cannot be understood. The text says what is allowed."""


class Kind(StrEnum):
    """What a notice of ours to a rep is. Others are made by whoever sends them, as they are."""

    ALERT = "alert"  # a prospect replied, opted in, or answered the closing email
    MORNING = "morning"  # today's calls
    WEEKLY = "weekly"  # what came of the week before


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a rep wants. `morning` is the local time of the morning mail, None for none; `weekly` the
    weekday of the summary (Monday is 0), None for none."""

    alerts: bool = True
    morning: time | None = MORNING
    weekly: int | None = 0


@dataclass(frozen=True, slots=True)
class Coming:
    """A notice by the calendar that is due: for which local day, since when, and from when on it is of no
    use (aware UTC). A summary is about the seven days before `on`."""

    kind: Kind
    on: date
    at: datetime
    until: datetime


def read_wishes(kept: Mapping[str, Any] | None) -> Wishes:
    """Wishes as they are kept with the rep; what was never said is the default."""
    kept, default = kept or {}, Wishes()
    morning = kept.get("morning", "07:00")
    return Wishes(
        alerts=bool(kept.get("alerts", default.alerts)),
        morning=time.fromisoformat(morning) if morning is not None else None,
        weekly=kept.get("weekly", default.weekly),
    )


def write_wishes(wishes: Wishes) -> dict[str, Any]:
    """The same, to be kept."""
    morning = f"{wishes.morning:%H:%M}" if wishes.morning is not None else None
    return {"alerts": wishes.alerts, "morning": morning, "weekly": wishes.weekly}


def a_morning(text: str) -> time | None:
    """A local time as typed, such as 7:00 or 06:30; None for "off". Raises WishError."""
    given = text.strip().lower()
    if given == "off":
        return None
    hours, _, minutes = given.partition(":")
    if not (hours + (minutes or "0")).isascii() or not hours.isdigit() or not (minutes or "0").isdigit():
        raise WishError(f'"{text}" is no time of day. Write it like 7:00, or "off".')
    if int(hours) > 23 or int(minutes or "0") > 59:
        raise WishError(f'"{text}" is no time of day: it goes from 0:00 to 23:59. Or write "off".')
    return time(int(hours), int(minutes or "0"))


def a_weekday(text: str) -> int | None:
    """A weekday as typed, such as mon or Friday; None for "off". Raises WishError."""
    given = text.strip().lower()
    if given == "off":
        return None
    if given[:3] not in DAYS or not _WHOLE[DAYS.index(given[:3])].startswith(given):
        raise WishError(f'"{text}" is no day of the week. Write one of {", ".join(DAYS)}, or "off".')
    return DAYS.index(given[:3])


_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def on_weekdays(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def works_by(times: RepTime | None, zone: ZoneInfo) -> Works:
    """The days a rep works on: those of the stated hours, else Monday to Friday, without absences."""
    if times is None:
        return on_weekdays
    weekdays = {span.weekday for span in times.hours} or set(range(5))

    def works(day: date) -> bool:
        noon = wall_time(day, 12 * 60, zone, start_of(day, zone))
        return day.weekday() in weekdays and times.away_until(noon) is None

    return works


def turns(
    wishes: Wishes, zone: ZoneInfo, works: Works, since: datetime | None, now: datetime
) -> tuple[list[Coming], datetime]:
    """What is due by the calendar, and when to look again, always later than `now`.

    `since` is the moment for which a look was agreed, None for the first one: then nothing is late. A
    morning that was missed is made up for on its own day alone.
    """
    due = [
        one
        for one in (_morning(wishes, zone, works, local_day(now, zone)), _weekly(wishes, zone, works, now))
        if one is not None and since is not None and since <= one.at <= now < one.until
    ]
    return due, _next(wishes, zone, works, now)


def next_morning(wishes: Wishes, zone: ZoneInfo, works: Works, now: datetime) -> datetime | None:
    """When the next morning mail after `now` is due; None where none is wanted, or none comes for long."""
    today = local_day(now, zone)
    days = (today + number * _A_DAY for number in range(_FARTHEST))
    found = (_morning(wishes, zone, works, day) for day in days)
    return next((one.at for one in found if one is not None and one.at > now), None)


def _next(wishes: Wishes, zone: ZoneInfo, works: Works, now: datetime) -> datetime:
    weeks = (_weekly(wishes, zone, works, now + 7 * number * _A_DAY) for number in range(_FARTHEST // 7))
    summary = next((one.at for one in weeks if one is not None and one.at > now), None)
    moments = [one for one in (next_morning(wishes, zone, works, now), summary) if one is not None]
    return min(moments, default=now + LOOK_AGAIN)


def _morning(wishes: Wishes, zone: ZoneInfo, works: Works, day: date) -> Coming | None:
    if wishes.morning is None or not works(day):
        return None
    return Coming(Kind.MORNING, day, _at(day, wishes.morning, zone), start_of(day + _A_DAY, zone))


def _weekly(wishes: Wishes, zone: ZoneInfo, works: Works, now: datetime) -> Coming | None:
    """The summary of this week: on its weekday, or the first day after it on which the rep works."""
    if wishes.weekly is None:
        return None
    today = local_day(now, zone)
    on = today - (today.weekday() - wishes.weekly) % 7 * _A_DAY
    day = next((on + number * _A_DAY for number in range(7) if works(on + number * _A_DAY)), None)
    if day is None:
        return None
    at = _at(day, wishes.morning or MORNING, zone)
    return Coming(Kind.WEEKLY, on, at, at + WEEKLY_LASTS)


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time of the local day; one that daylight saving leaves out is an hour later, of two the first."""
    return wall_time(day, at.hour * 60 + at.minute, zone, start_of(day, zone))
