"""When a rep's mails by the calendar are due: each once, on its own day, by the rep's wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.hours import RepTime, Span
from drip.domain.notice import (
    Kind,
    WishError,
    Wishes,
    a_morning,
    a_weekday,
    next_morning,
    on_weekdays,
    read_wishes,
    turns,
    works_by,
    write_wishes,
)

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
MORNINGS = Wishes(weekly=None)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(wishes: Wishes, since: str | None, now: str, zone: ZoneInfo = NEW_YORK) -> list[tuple[Kind, date]]:
    found, _ = turns(wishes, zone, on_weekdays, at(since) if since else None, at(now))
    return [(one.kind, one.on) for one in found]


def test_the_morning_mail_is_due_at_seven_where_the_rep_is():
    assert due(MORNINGS, "2027-03-02 12:00", "2027-03-02 12:00") == [(Kind.MORNING, date(2027, 3, 2))]
    assert next_morning(MORNINGS, NEW_YORK, on_weekdays, at("2027-03-02 12:00")) == at("2027-03-03 12:00")


def test_after_friday_comes_monday():
    assert next_morning(MORNINGS, BERLIN, on_weekdays, at("2027-03-05 06:00")) == at("2027-03-08 06:00")


def test_daylight_saving_moves_no_morning_by_the_wall_clock():
    """New York: 7:00 is 12:00 UTC before 14 March 2027, and 11:00 after it."""
    assert next_morning(MORNINGS, NEW_YORK, on_weekdays, at("2027-03-12 12:00")) == at("2027-03-15 11:00")
    night = Wishes(morning=time(2, 30), weekly=None)  # left out on Sunday 14 March: half past three is meant
    assert next_morning(night, NEW_YORK, lambda _: True, at("2027-03-13 08:00")) == at("2027-03-14 07:30")
    late = Wishes(morning=time(1, 30), weekly=None)  # twice on 7 November: the first one is meant
    assert next_morning(late, NEW_YORK, lambda _: True, at("2027-11-06 06:00")) == at("2027-11-07 05:30")
    assert next_morning(late, NEW_YORK, lambda _: True, at("2027-11-07 05:30")) == at("2027-11-08 06:30")


def test_a_morning_that_was_missed_is_made_up_for_on_its_own_day_alone():
    assert due(MORNINGS, "2027-03-02 12:00", "2027-03-02 19:00") == [(Kind.MORNING, date(2027, 3, 2))]
    assert due(MORNINGS, "2027-03-02 12:00", "2027-03-03 04:59") == [(Kind.MORNING, date(2027, 3, 2))]
    assert due(MORNINGS, "2027-03-02 12:00", "2027-03-03 06:00") == []  # yesterday's list is never sent
    assert due(MORNINGS, "2027-03-02 12:00", "2027-03-03 13:00") == [(Kind.MORNING, date(2027, 3, 3))]


def test_who_is_new_or_changed_the_hour_waits_for_the_next_morning():
    assert due(Wishes(), None, "2027-03-01 13:00") == []


def test_the_summary_is_due_on_monday_about_the_week_before():
    assert due(Wishes(morning=None), "2027-03-01 12:00", "2027-03-01 12:00") == [(Kind.WEEKLY, date(2027, 3, 1))]
    both = due(Wishes(), "2027-03-01 12:00", "2027-03-01 12:00")
    assert both == [(Kind.MORNING, date(2027, 3, 1)), (Kind.WEEKLY, date(2027, 3, 1))]


def test_the_summary_waits_for_a_day_the_rep_works_on_and_is_given_up_after_three():
    off_on_monday = Wishes(morning=None)
    found, again = turns(
        off_on_monday, NEW_YORK, lambda day: day != date(2027, 3, 1), at("2027-03-01 12:00"), at("2027-03-01 12:00")
    )
    assert (found, again) == ([], at("2027-03-02 12:00"))
    assert due(Wishes(morning=None), "2027-03-01 12:00", "2027-03-04 11:59") == [(Kind.WEEKLY, date(2027, 3, 1))]
    assert due(Wishes(morning=None), "2027-03-01 12:00", "2027-03-04 12:00") == []


def test_a_rep_works_on_the_days_of_the_stated_hours_and_not_while_away():
    """Away from Tuesday 2 March to Monday the 8th, in New York."""
    away = (at("2027-03-02 05:00"), at("2027-03-09 05:00"))
    works = works_by(RepTime(NEW_YORK, (Span(0, 480, 1020), Span(1, 480, 1020), Span(5, 480, 720)), (away,)), NEW_YORK)
    days = [date(2027, 3, 1) + timedelta(days=number) for number in range(13)]
    assert [day.day for day in days if works(day)] == [1, 9, 13]
    anywhere = works_by(RepTime(NEW_YORK, (), (away,)), NEW_YORK)
    assert [day.day for day in days if anywhere(day)] == [1, 9, 10, 11, 12]
    assert next_morning(MORNINGS, NEW_YORK, works, at("2027-03-01 12:00")) == at("2027-03-09 12:00")


def test_nothing_wanted_is_nothing_due():
    found, again = turns(Wishes(morning=None, weekly=None), NEW_YORK, on_weekdays, at("2027-03-01"), at("2027-03-01"))
    assert (found, again) == ([], at("2027-03-31"))


@given(
    looks=st.lists(st.integers(1, 60 * 50), min_size=1, max_size=60),
    morning=st.times(),
    zone=st.sampled_from(["America/New_York", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "UTC"]),
)
def test_whenever_it_looks_each_day_has_one_morning_mail_at_most_and_never_before_its_hour(
    looks: list[int], morning: time, zone: str
):
    here, wishes, now = ZoneInfo(zone), Wishes(morning=morning.replace(tzinfo=None)), at("2027-03-01 00:00")
    _, again = turns(wishes, here, on_weekdays, None, now)
    made: list[tuple[Kind, date]] = []
    for minutes in looks:
        now += timedelta(minutes=minutes)
        if now < again:
            continue
        found, then = turns(wishes, here, on_weekdays, again, now)
        assert then > now
        for one in found:
            assert again <= one.at <= now < one.until
            if one.kind is Kind.MORNING:
                assert one.on == now.astimezone(here).date()
                assert on_weekdays(one.on)
        made += [(one.kind, one.on) for one in found]
        again = then
    assert len(made) == len(set(made))


@given(st.booleans(), st.none() | st.times(), st.none() | st.integers(0, 6))
def test_wishes_are_read_as_they_were_written(alerts: bool, morning: time | None, weekly: int | None):
    whole = morning.replace(second=0, microsecond=0, tzinfo=None) if morning else None
    assert read_wishes(write_wishes(Wishes(alerts, whole, weekly))) == Wishes(alerts, whole, weekly)


def test_what_was_never_said_is_seven_and_monday_and_alerts():
    assert read_wishes(None) == Wishes(True, time(7), 0)


@pytest.mark.parametrize(("typed", "meant"), [("7", time(7)), ("06:30", time(6, 30)), ("OFF", None)])
def test_a_time_of_day_is_typed_in_few_ways(typed: str, meant: time | None):
    assert a_morning(typed) == meant


@pytest.mark.parametrize("typed", ["24:00", "7:60", "seven", "", "-1:00", "7:00:00"])
def test_other_times_are_refused_with_advice(typed: str):
    with pytest.raises(WishError, match="off"):
        a_morning(typed)


def test_days_of_the_week_are_typed_in_few_ways():
    assert (a_weekday("mon"), a_weekday("Friday"), a_weekday("off")) == (0, 4, None)
    for typed in ("mo", "monkey", "1", ""):
        with pytest.raises(WishError, match="mon, tue"):
            a_weekday(typed)
