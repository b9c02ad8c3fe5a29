"""The window: openings and the spread in them, by the wall clock whatever daylight saving does (R9, R10)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.business_days import Calendar
from drip.domain.campaign import Window
from drip.domain.enrollment import Terms
from drip.domain.window import Opening, closes_after, local_day, next_opening, spread, start_of, today
from tests.unit.domain.life import NEW_YORK, campaign

NIGHT = Window(days=frozenset({6}), opens=time(0), closes=time(4), holidays=False)  # Sundays, 00:00-04:00
DAY_AND_NIGHT = Window(days=frozenset(range(7)), opens=time(0), closes=time.max, holidays=False)


def terms(zone: str = "America/New_York", window: Window | None = None, email: str = "ann@example.com") -> Terms:
    declared = campaign(window=window or Window())
    return Terms(declared, email, ZoneInfo(zone), Calendar("US"))


def opening(wall: str, window: Window | None = None) -> tuple[str, str, int]:
    moment = datetime.fromisoformat(wall).replace(tzinfo=NEW_YORK)
    found = next_opening(terms(window=window), moment.astimezone(UTC))
    return found.day.isoformat(), f"{found.minute // 60:02}:{found.minute % 60:02}", found.minutes


@pytest.mark.parametrize(
    ("wall", "found"),
    [
        ("2026-01-06 03:00", ("2026-01-06", "08:00", 540)),
        ("2026-01-06 08:00", ("2026-01-06", "08:00", 540)),
        ("2026-01-06 12:00", ("2026-01-06", "12:00", 300)),
        ("2026-01-06 12:00:01", ("2026-01-06", "12:01", 299)),
        ("2026-01-06 16:59", ("2026-01-06", "16:59", 1)),
        ("2026-01-06 16:59:30", ("2026-01-07", "08:00", 540)),
        ("2026-01-06 17:00", ("2026-01-07", "08:00", 540)),
        ("2026-01-09 17:00", ("2026-01-12", "08:00", 540)),  # Friday evening -> Monday
        ("2026-01-16 18:00", ("2026-01-20", "08:00", 540)),  # over Martin Luther King Day
        ("2026-01-10 12:00", ("2026-01-12", "08:00", 540)),  # Saturday
    ],
)
def test_r09_an_open_window_counts_and_a_closed_one_opens_next(wall: str, found: tuple[str, str, int]) -> None:
    assert opening(wall) == found


def test_r09_a_window_may_last_to_midnight() -> None:
    assert opening("2026-01-06 23:59", DAY_AND_NIGHT) == ("2026-01-06", "23:59", 1)
    assert opening("2026-01-06 00:00", DAY_AND_NIGHT) == ("2026-01-06", "00:00", 1440)


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Australia/Lord_Howe", "2026-04-03", 11.0),  # Friday; winter time on Sunday 5 April
        ("Australia/Lord_Howe", "2026-04-06", 10.5),
        ("Africa/Casablanca", "2026-02-13", 1.0),  # Friday; Ramadan time from Sunday 15 February
        ("Africa/Casablanca", "2026-02-16", 0.0),
        ("America/Santiago", "2026-09-04", -4.0),
        ("America/Santiago", "2026-09-07", -3.0),
        ("Asia/Kathmandu", "2026-02-16", 5.75),
    ],
)
def test_r09_the_wall_clock_decides_when_it_opens(zone: str, day: str, offset: float) -> None:
    window = Window(holidays=False)
    found = next_opening(terms(zone, window), start_of(date.fromisoformat(day), ZoneInfo(zone)))
    assert found.day.isoformat() == day
    minutes = found.starts.hour * 60 + found.starts.minute + found.starts.day * 1440
    assert minutes == date.fromisoformat(day).day * 1440 + 8 * 60 - offset * 60


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", "2026-03-08"),  # 02:00-03:00 is left out
        ("America/New_York", "2026-11-01"),  # 01:00-02:00 comes twice
        ("Australia/Lord_Howe", "2026-10-04"),  # 02:00-02:30 is left out
        ("Australia/Lord_Howe", "2026-04-05"),  # 01:30-02:00 comes twice
        ("America/Santiago", "2026-09-06"),  # there is no midnight
        ("Africa/Casablanca", "2026-03-22"),
        ("Africa/Casablanca", "2026-02-15"),
    ],
)
def test_r09_the_night_the_clock_changes_neither_skips_nor_repeats_a_send(zone: str, day: str) -> None:
    sunday = date.fromisoformat(day)
    for number in range(40):
        here = terms(zone, NIGHT, f"p{number}@example.com")
        found = next_opening(here, start_of(sunday, ZoneInfo(zone)))
        sent = spread(here, 1, "s1", found).astimezone(ZoneInfo(zone))
        assert (found.day, sent.date()) == (sunday, sunday)
        assert sent.time() < time(5)
        assert next_opening(here, found.starts) == found
        assert next_opening(here, sent + timedelta(hours=12)).day > sunday


def test_r09_a_minute_that_comes_twice_is_not_before_the_moment() -> None:
    # 01:30 in New York on Sunday 1 November 2026 is 05:30 UTC and 06:30 UTC.
    second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    found = next_opening(terms(window=NIGHT), second)
    assert (found.minute, found.starts) == (90, second)


def test_r10_the_spread_is_the_same_each_time_and_differs_by_person_and_day() -> None:
    tuesday = next_opening(terms(), datetime(2026, 1, 6, 12, tzinfo=UTC))
    wednesday = next_opening(terms(), datetime(2026, 1, 7, 12, tzinfo=UTC))
    first = spread(terms(), 1, "s1", tuesday)
    assert first == spread(terms(email="Ann@Example.com"), 1, "s1", tuesday)
    others = {
        spread(terms(email="bob@example.com"), 1, "s1", tuesday),
        spread(terms(), 2, "s1", tuesday),
        spread(terms(), 1, "s2", tuesday),
    }
    assert first not in others
    assert len(others) == 3
    assert (spread(terms(), 1, "s1", wednesday) - first).total_seconds() != 86400


def test_r10_many_people_fill_the_opening() -> None:
    found = next_opening(terms(), datetime(2026, 1, 6, 12, tzinfo=UTC))
    minutes = {spread(terms(email=f"p{n}@example.com"), 1, "s1", found) for n in range(2000)}
    assert len(minutes) > 500, "of 540 minutes"


ZONES = st.sampled_from(
    ["Australia/Lord_Howe", "Africa/Casablanca", "America/Santiago", "Asia/Kathmandu", "Europe/London"]
)
MINUTES = st.integers(0, 5 * 365 * 1440)
WINDOWS = st.sampled_from([Window(), NIGHT, DAY_AND_NIGHT, Window(holidays=False)])


@given(ZONES, MINUTES, WINDOWS)
def test_r09_a_send_is_in_the_opening_and_never_before_the_moment(zone: str, minute: int, window: Window) -> None:
    here, moment = terms(zone, window), datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found: Opening = next_opening(here, moment)
    sent = spread(here, 1, "s1", found)
    assert sent >= found.starts >= moment
    assert local_day(sent, here.zone) == found.day
    assert found.day.weekday() in window.days


@given(ZONES, MINUTES, WINDOWS, st.timedeltas(timedelta(), timedelta(seconds=59)))
def test_r36_today_is_open_when_the_opening_that_comes_has_begun(
    zone: str, minute: int, window: Window, later: timedelta
) -> None:
    here, moment = terms(zone, window), datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    found, told = next_opening(here, moment), today(here, moment + later)
    assert told.day == local_day(moment, here.zone)
    assert told.is_open == (found.starts == moment)
    assert told.closes == closes_after(here, moment)
    assert told.closes - found.starts <= timedelta(minutes=found.minutes, hours=1)  # an hour may come twice
