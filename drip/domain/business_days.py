"""Business days: Monday to Friday that is no public holiday where the prospect is (RULES, preamble)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

_ENGLAND = "ENG"


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


def known_region(country: str | None, region: str | None) -> str | None:
    """The region as the holiday tables know it, or None; Great Britain without one is England."""
    if country is None:
        return None
    wanted = (region or "").strip().casefold()
    for name in _supported().get(country, ()):
        if name.casefold() == wanted:
            return name
    return _ENGLAND if country == "GB" else None


def known_country(country: str) -> bool:
    """Whether public holidays are known for this ISO 3166 alpha-2 code."""
    return country in _supported()


@lru_cache(maxsize=4096)
def _closed_days(country: str, region: str | None, year: int) -> frozenset[date]:
    days = holidays.country_holidays(country, subdiv=region, years=year, expand=False, categories=(holidays.PUBLIC,))
    return frozenset(days)


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
        while count > 0:
            day += timedelta(days=1)
            if self.is_business_day(day):
                count -= 1
        return day
