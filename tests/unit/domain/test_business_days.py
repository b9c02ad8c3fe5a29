"""Business days: Monday to Friday that is no public holiday where the prospect is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.business_days import Calendar, known_country, known_region

NOWHERE = Calendar()
PLACES = (NOWHERE, Calendar("US"), Calendar("DE", "BY"), Calendar("GB"), Calendar("NP"), Calendar("MA"))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "business"),
    [
        ("2026-01-05", True),  # Monday
        ("2026-01-09", True),  # Friday
        ("2026-01-10", False),  # Saturday
        ("2026-01-11", False),  # Sunday
        ("2026-12-25", True),  # Christmas, but nobody knows where
    ],
)
def test_without_a_country_only_weekends_are_off(text: str, business: bool) -> None:
    assert NOWHERE.is_business_day(day(text)) is business


@pytest.mark.parametrize(
    ("country", "region", "text"),
    [
        ("US", None, "2026-11-26"),  # Thanksgiving
        ("US", None, "2026-09-07"),  # Labor Day
        ("US", None, "2026-07-03"),  # Independence Day, a Saturday, observed on Friday
        ("US", None, "2027-12-31"),  # New Year's Day 2028, a Saturday, observed on Friday
        ("DE", "BY", "2026-01-06"),  # Epiphany
        ("DE", "BY", "2026-06-04"),  # Corpus Christi
        ("GB", None, "2026-04-06"),  # Easter Monday: without a region, England
        ("GB", "ENG", "2026-08-31"),  # summer bank holiday
        ("GB", "SCT", "2026-01-02"),
        ("AU", "NSW", "2026-06-08"),  # the King's birthday
        ("ca", "qc", "2026-06-24"),  # written small; Saint-Jean-Baptiste
    ],
)
def test_a_public_holiday_of_country_and_region_is_off(country: str, region: str | None, text: str) -> None:
    assert Calendar(country, region).is_holiday(day(text))
    assert not Calendar(country, region).is_business_day(day(text))


@pytest.mark.parametrize(
    ("country", "region", "text"),
    [
        ("DE", None, "2026-01-06"),
        ("DE", "BE", "2026-06-04"),
        ("GB", "SCT", "2026-04-06"),
        ("GB", None, "2026-01-02"),
        ("US", None, "2026-11-27"),  # the Friday after Thanksgiving
        ("US", "Nowhere", "2026-11-27"),
    ],
)
def test_a_holiday_of_elsewhere_is_none_here(country: str, region: str | None, text: str) -> None:
    assert Calendar(country, region).is_business_day(day(text))


def test_an_unknown_country_has_no_holidays() -> None:
    assert Calendar("XX", "YY") == NOWHERE
    assert not known_country("XX")
    assert known_country("US")


def test_a_region_goes_by_its_code_or_its_name() -> None:
    assert {known_region("DE", name) for name in ("BY", "by", " Bayern ", "bayern")} == {"BY"}


def test_an_unknown_region_counts_as_none() -> None:
    assert Calendar("DE", "Atlantis") == Calendar("DE")
    assert known_region("GB", "Atlantis") == "ENG"
    assert known_region(None, "BY") is None


@pytest.mark.parametrize(
    ("first", "count", "then"),
    [
        ("2026-01-05", 1, "2026-01-06"),
        ("2026-01-05", 4, "2026-01-09"),
        ("2026-01-09", 1, "2026-01-12"),
        ("2026-01-10", 1, "2026-01-12"),  # from a Saturday
        ("2026-01-16", 1, "2026-01-20"),  # over Martin Luther King Day
        ("2026-12-30", 2, "2027-01-04"),  # Thu 31 Dec, (Fri 1 Jan), Mon 4 Jan
        ("2026-07-06", 11, "2026-07-21"),
        ("2026-01-05", 0, "2026-01-05"),
        # 2026 has 261 weekdays and 11 American holidays on one of them: 250 business days. Mon 5 Jan is the second,
        # after Fri 2 Jan, so 248 follow it in the year.
        ("2026-01-05", 248, "2026-12-31"),
        ("2026-01-05", 249, "2027-01-04"),
        # 2027 has 261 weekdays and 12 holidays, both New Year's Days among them: 249. The 250th is Mon 3 Jan 2028.
        ("2026-12-31", 249, "2027-12-30"),
        ("2026-12-31", 250, "2028-01-03"),
    ],
)
def test_business_days_are_added_one_by_one(first: str, count: int, then: str) -> None:
    assert Calendar("US").add(day(first), count) == day(then)


@pytest.mark.parametrize(
    ("text", "found"),
    [("2026-01-05", "2026-01-05"), ("2026-01-17", "2026-01-20"), ("2026-12-25", "2026-12-28")],
)
def test_a_day_that_is_none_becomes_the_next(text: str, found: str) -> None:
    assert Calendar("US").on_or_after(day(text)) == day(found)


@given(st.sampled_from(PLACES), st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(1, 300))
def test_adding_is_counting_on_the_calendar(calendar: Calendar, first: date, count: int) -> None:
    then = calendar.add(first, count)
    days = [first + timedelta(days=n) for n in range(1, (then - first).days + 1)]
    assert sum(calendar.is_business_day(one) for one in days) == count
    assert calendar.is_business_day(then)
