"""Days, numbers and nearly right names, as people read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from drip.cli.words import count, day, moment, nearest


def test_a_day_has_its_weekday() -> None:
    assert day(date(2026, 4, 21)) == "Tue 21 Apr 2026"
    assert day(None) == ""


def test_a_moment_is_told_by_the_wall_clock_of_the_zone() -> None:
    at = datetime(2026, 4, 21, 11, 30, tzinfo=UTC)
    assert moment(at, ZoneInfo("America/New_York")) == "Tue 21 Apr 2026 07:30"  # daylight saving: four hours behind
    assert moment(at) == "Tue 21 Apr 2026 11:30"


def test_a_number_goes_with_its_noun() -> None:
    assert [count(n, "letter") for n in (0, 1, 1200)] == ["0 letters", "1 letter", "1,200 letters"]
    assert count(2, "person is", "people are") == "2 people are"


def test_only_a_name_that_is_nearly_right_is_suggested() -> None:
    assert nearest("montly-valeu", ["monthly-value", "safety-first"]) == ' Did you mean "monthly-value"?'
    assert nearest("zzz", ["monthly-value"]) == ""
