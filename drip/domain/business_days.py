"""Business days: Monday to Friday that is no public holiday where the prospect is (RULES, preamble)."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays.constants import PUBLIC

from drip.domain.holiday_tables import is_known, table_of

_ENGLAND = "ENG"


def known_region(country: str | None, region: str | None) -> str | None:
    """The region as the holiday tables know it, or None; Great Britain without one is England."""
    if country is None:
        return None
    wanted = (region or "").strip().casefold()
    return _regions(country).get(wanted, _ENGLAND if country == "GB" else None)


@lru_cache(maxsize=256)
def _regions(country: str) -> dict[str, str]:
    """The code of every region of a country, by code and by the name people there give it, in lower case."""
    if not known_country(country):
        return {}
    table = table_of(country)
    named = {name.casefold(): code for name, code in table.subdivisions_aliases.items()}
    return named | {code.casefold(): code for code in table.subdivisions}


def known_country(country: str) -> bool:
    """Whether public holidays are known for this ISO 3166 alpha-2 code."""
    return is_known(country)


@lru_cache(maxsize=4096)
def _closed_days(country: str, region: str | None, year: int) -> frozenset[date]:
    return frozenset(table_of(country)(subdiv=region, years=year, expand=False, categories=(PUBLIC,)))


@lru_cache(maxsize=4096)
def _business_days(country: str | None, region: str | None, year: int) -> tuple[int, ...]:
    """The proleptic ordinals of a year's business days, in order."""
    closed = _closed_days(country, region, year) if country else frozenset()
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(ordinal) for ordinal in range(first, last + 1))
    return tuple(day.toordinal() for day in days if day.weekday() < 5 and day not in closed)


@lru_cache(maxsize=65536)
def _later(country: str | None, region: str | None, day: date, count: int) -> date:
    """The `count`-th business day after a day, at least the first."""
    year, left = day.year, count
    days = _business_days(country, region, year)
    passed = bisect_right(days, day.toordinal())
    while passed + left > len(days):
        left -= len(days) - passed
        year, passed = year + 1, 0
        days = _business_days(country, region, year)
    return date.fromordinal(days[passed + left - 1])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of one place.

    `country` is an ISO 3166 alpha-2 code or None (weekends only), `region` a subdivision code
    or name; a region the holiday tables do not know counts as none.
    """

    country: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        country = self.country.upper() if self.country else None
        if country is not None and not known_country(country):
            country = None
        object.__setattr__(self, "country", country)
        object.__setattr__(self, "region", known_region(country, self.region))

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a public holiday here."""
        return self.country is not None and day in _closed_days(self.country, self.region, day.year)

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday and no public holiday."""
        return day.weekday() < 5 and not self.is_holiday(day)

    def on_or_after(self, day: date) -> date:
        """The first business day that is not before `day`."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`; `day` itself need not be one."""
        return _later(self.country, self.region, day, count) if count > 0 else day
