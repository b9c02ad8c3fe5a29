"""Lengths of time as people write them."""

import pytest

from drip.domain.duration import Duration, Unit, parse_cadence, parse_duration
from drip.domain.errors import DurationError


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("1 business day", 1, Unit.BUSINESS_DAY),
        ("10 business days", 10, Unit.BUSINESS_DAY),
        ("30 minutes", 30, Unit.MINUTE),
        ("1 hour", 1, Unit.HOUR),
        ("3 days", 3, Unit.DAY),
        ("6 weeks", 6, Unit.WEEK),
        ("6 months", 6, Unit.MONTH),
        ("2 quarters", 2, Unit.QUARTER),
        ("  1 year ", 1, Unit.YEAR),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, count: int, unit: Unit) -> None:
    assert parse_duration(text) == Duration(count, unit)


@pytest.mark.parametrize(
    "text",
    ["", "6", "weeks", "0 days", "-1 days", "1.5 days", "6 fortnights", "six weeks", "6 weeks 2 days", "123456 days"],
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(DurationError, match=r"is not a duration\. Write a whole number from 1 on and a unit"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("monthly", Duration(1, Unit.MONTH)),
        ("quarterly", Duration(1, Unit.QUARTER)),
        ("every 6 weeks", Duration(6, Unit.WEEK)),
        ("every 45 days", Duration(45, Unit.DAY)),
        ("every 2 months", Duration(2, Unit.MONTH)),
    ],
)
def test_r07_a_cadence_is_monthly_quarterly_or_every_so_often(text: str, duration: Duration) -> None:
    assert parse_cadence(text) == duration


@pytest.mark.parametrize("text", ["weekly", "every week", "6 weeks", "every 6 hours", "every 90 minutes", "Monthly"])
def test_r07_another_cadence_is_refused(text: str) -> None:
    with pytest.raises(DurationError):
        parse_cadence(text)


@pytest.mark.parametrize("text", ["1 day", "2 days", "1 business day", "4 business days", "6 weeks", "1 quarter"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_duration(text)) == text


def test_for_comparing_a_business_day_is_seven_fifths_of_a_day_and_a_month_is_short() -> None:
    assert parse_duration("5 business days").about_days == pytest.approx(7)
    assert parse_duration("1 month").about_days == 28
    assert parse_duration("1 quarter").about_days == 90
    assert parse_duration("48 hours").about_days == pytest.approx(2)


def test_which_durations_are_in_days_and_which_in_time() -> None:
    assert [unit for unit in Unit if Duration(1, unit).in_days] == [Unit.DAY, Unit.BUSINESS_DAY]
    assert [unit for unit in Unit if Duration(1, unit).in_time] == [Unit.MINUTE, Unit.HOUR]


def test_a_duration_is_multiplied() -> None:
    assert Duration(6, Unit.WEEK).times(3) == Duration(18, Unit.WEEK)
