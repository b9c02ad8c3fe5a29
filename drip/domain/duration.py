"""Lengths of time as people write them in campaign files: "6 weeks", "1 business day"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from drip.domain.errors import DurationError


class Unit(StrEnum):
    """The units a duration may be counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    BUSINESS_DAY = "business day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


BUSINESS_DAY = Unit.BUSINESS_DAY  # by its own name: an enumeration is slow to find its members before Python 3.12
_IN_DAYS = (Unit.DAY, Unit.BUSINESS_DAY)
_IN_TIME = (Unit.HOUR, Unit.MINUTE)
_ABOUT_DAYS = {
    Unit.MINUTE: 1 / 1440,
    Unit.HOUR: 1 / 24,
    Unit.DAY: 1.0,
    Unit.BUSINESS_DAY: 7 / 5,
    Unit.WEEK: 7.0,
    Unit.MONTH: 28.0,
    Unit.QUARTER: 90.0,
    Unit.YEAR: 365.0,
}
_WRITTEN = re.compile(r"\s*(\d{1,5})\s+(minute|hour|day|business day|week|month|quarter|year)s?\s*")


@dataclass(frozen=True, slots=True)
class Duration:
    """A whole number of one unit, at least 1."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def about_days(self) -> float:
        """Length in calendar days, for comparing: the shortest a month or quarter can be;
        a business day counts as 7/5 of a day (CAMPAIGN, "Impossible").
        """
        return self.count * _ABOUT_DAYS[self.unit]

    @property
    def in_days(self) -> bool:
        """Whether it is counted in days or business days."""
        return self.unit in _IN_DAYS

    @property
    def in_time(self) -> bool:
        """Whether it is counted in hours or minutes, so that the time of day matters."""
        return self.unit in _IN_TIME

    def times(self, factor: int) -> "Duration":
        """The same unit, `factor` times as many."""
        return Duration(self.count * factor, self.unit)


def parse_duration(text: str) -> Duration:
    """Read "N unit". Raises DurationError for anything else, zero included."""
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise DurationError(
            f'"{text}" is not a duration. Write a whole number from 1 on and a unit, such as "6 weeks" or '
            '"4 business days" (minute, hour, day, business day, week, month, quarter, year).'
        )
    return Duration(int(found[1]), Unit(found[2]))


def parse_cadence(text: str) -> Duration:
    """Read a cadence: "monthly", "quarterly" or "every N days|weeks|months" (R7).

    Raises DurationError for anything else, hours and minutes included.
    """
    if text == "monthly":
        return Duration(1, Unit.MONTH)
    if text == "quarterly":
        return Duration(1, Unit.QUARTER)
    if text.startswith("every "):
        duration = parse_duration(text.removeprefix("every "))
        if not duration.in_time:
            return duration
    raise DurationError(
        f'"{text}" is not a cadence. Write "monthly", "quarterly" or "every N days", "every N weeks", "every N months".'
    )
