"""Days, hours, intervals and the wording of an opt-in, as a prospect reads them."""

from datetime import date

import pytest

from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow
from drip.web.words import beside, opt_in_wording, say_day, say_hours, say_interval


def test_a_day_is_said_with_its_weekday_and_without_this_year() -> None:
    # 16 March 2026: 1 March 2026 is a Sunday, so 15 March is one too, and the 16th a Monday
    assert say_day(date(2026, 3, 16), date(2026, 1, 5)) == "Monday 16\u00a0March"


def test_a_day_of_another_year_names_the_year() -> None:
    # 1 January 2027 is a Friday
    assert say_day(date(2027, 1, 1), date(2026, 12, 30)) == "Friday 1\u00a0January 2027"


@pytest.mark.parametrize("window", CallWindow)
def test_every_call_window_has_words(window: CallWindow) -> None:
    assert say_hours(window)


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Duration(1, Unit.MONTH), "once a month"),
        (Duration(2, Unit.MONTH), "every 2 months"),
        (Duration(1, Unit.QUARTER), "once a quarter"),
        (Duration(6, Unit.WEEK), "every 6 weeks"),
        (Duration(1, Unit.WEEK), "once a week"),
        (Duration(1, Unit.DAY), "every day"),
        (Duration(10, Unit.BUSINESS_DAY), "every 10 business days"),
        (Duration(1, Unit.BUSINESS_DAY), "every business day"),
    ],
)
def test_an_interval_is_said_as_one_says_it(interval: Duration, words: str) -> None:
    assert say_interval(interval) == words


def test_r18_the_wording_names_who_writes_how_often_and_the_way_out() -> None:
    wording = opt_in_wording(Duration(1, Unit.MONTH), "Ann Carter", "Brightline Controls")
    assert wording.startswith("Yes, please send me useful emails from Ann Carter (Brightline Controls), once a month")
    assert "stop at any time" in wording


def test_r18_a_rep_who_writes_under_her_own_name_is_named_once() -> None:
    wording = opt_in_wording(Duration(1, Unit.MONTH), "Ann Carter", "Ann Carter")
    assert wording.count("Ann Carter") == 1


def test_r18_a_rep_who_writes_under_her_own_name_and_the_firms_is_named_once() -> None:
    wording = opt_in_wording(Duration(1, Unit.MONTH), "Ann Carter", "Ann Carter, Brightline Controls")
    assert "emails from Ann Carter (Brightline Controls), once a month" in wording


@pytest.mark.parametrize(
    ("sender", "besides"),
    [
        ("Ann Carter", ""),
        ("Ann Carter, Brightline", "Brightline"),
        ("Ann Carter at Brightline", "Brightline"),
        ("Ann Carter | Brightline", "Brightline"),
        ("Ann Carter – Brightline", "Brightline"),
        ("Brightline", "Brightline"),
        ("Ann Carterson", "Ann Carterson"),
        ("Ann Carter's team", "Ann Carter's team"),
        ("", ""),
    ],
)
def test_a_mailbox_that_writes_under_the_reps_name_says_the_rest_beside_it(sender: str, besides: str) -> None:
    assert beside("Ann Carter", sender) == besides
