"""Pace: warm-up day by day, recipient domains, and how a server that limits us is heeded."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.pace import (
    DomainRoom,
    PaceError,
    Span,
    WarmUp,
    connections,
    day_limit,
    read_domain_pace,
    read_warm_up,
    rest,
    sending_days,
    slowed,
)

FRIDAY = date(2026, 1, 9)
MINUTES = timedelta(minutes=1)
TWENTY_MORE_A_DAY = WarmUp(start=20, step=20)


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (FRIDAY, 0),
        (date(2026, 1, 10), 0),  # Saturday
        (date(2026, 1, 11), 0),  # Sunday
        (date(2026, 1, 12), 1),  # Monday
        (date(2026, 1, 16), 5),  # the Friday after
        (date(2026, 2, 9), 21),  # a Monday: four Fridays later it is 20 days, and one more
        (date(2026, 1, 5), 0),  # a clock that was set back
    ],
)
def test_a_warm_up_counts_the_days_letters_go_out_on(today: date, days: int) -> None:
    assert sending_days(FRIDAY, today) == days


@pytest.mark.parametrize("first", [date(2026, 1, 5) + timedelta(days=n) for n in range(7)])
@given(after=st.integers(0, 900))
def test_sending_days_are_those_one_counts_on_a_calendar(first: date, after: int) -> None:
    days = [first + timedelta(days=n) for n in range(1, after + 1)]
    assert sending_days(first, first + timedelta(days=after)) == sum(one.weekday() < 5 for one in days)


def test_a_warm_up_grows_from_day_to_day_up_to_the_limit() -> None:
    # Friday 9: 20. Monday 12: 40. Tuesday 13: 60. Wednesday 14: 80, but never more than 70.
    days = [FRIDAY, date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 14)]
    assert [day_limit(70, TWENTY_MORE_A_DAY, FRIDAY, day) for day in days] == [20, 40, 60, 70]
    assert day_limit(70, TWENTY_MORE_A_DAY, None, FRIDAY) == 20
    assert day_limit(10, TWENTY_MORE_A_DAY, FRIDAY, FRIDAY) == 10
    assert day_limit(None, None, None, FRIDAY) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("20/hour", ("*", Span.HOUR, 20)),
        ("gmail.com=5/minute", ("gmail.com", Span.MINUTE, 5)),
        (" Gmail.com = 5 a day ", ("gmail.com", Span.DAY, 5)),
        ("5 per minute", ("*", Span.MINUTE, 5)),
    ],
)
def test_a_pace_of_recipient_domains_is_read(text: str, read: tuple[str, Span, int]) -> None:
    assert read_domain_pace(text) == read


@pytest.mark.parametrize(
    "text", ["", "20", "0/hour", "20/week", "gmail=5/minute", "-1/hour", "a b.com=5/hour", "20/hour!"]
)
def test_what_is_no_pace_is_refused_with_words(text: str) -> None:
    with pytest.raises(PaceError, match=r"no pace for recipient domains|no domain"):
        read_domain_pace(text)


def test_a_warm_up_is_read_and_nonsense_is_refused() -> None:
    assert read_warm_up(" 20 + 10 ") == WarmUp(20, 10)
    for text in ("", "20", "20+", "0+10", "20+0", "20-10", "twenty+10"):
        with pytest.raises(PaceError, match="no warm-up"):
            read_warm_up(text)


def test_a_domain_keeps_its_own_pace_and_all_others_that_of_each() -> None:
    room = DomainRoom(
        {"*": {"minute": 3, "hour": 5}, "gmail.com": {"hour": 9}},
        {"a.com": {Span.MINUTE: 1, Span.HOUR: 4}, "gmail.com": {Span.MINUTE: 8, Span.HOUR: 8}},
    )
    # a.com: 3 - 1 a minute and 5 - 4 an hour leave 1; b.com has sent nothing: 3; gmail.com: 9 - 8.
    assert [room.left(one) for one in ("a.com", "b.com", "gmail.com")] == [1, 3, 1]


domains = st.sampled_from(["a.com", "b.com", "c.com"])


@given(st.lists(domains, max_size=40), st.integers(1, 10), st.integers(0, 20), domains)
def test_what_is_over_its_domains_pace_stays_and_those_behind_it_go(
    waiting: list[str], each: int, most: int, resting: str
) -> None:
    room = DomainRoom({"*": {"minute": each}}, {"a.com": {Span.MINUTE: 2}}, frozenset({resting}))
    chosen = room.choose(enumerate(waiting), most)
    sent = Counter(waiting[one] for one in chosen)
    left = {one: 0 if one == resting else max(0, each - 2 if one == "a.com" else each) for one in set(waiting)}
    assert chosen == sorted(chosen)
    assert all(sent[one] <= left[one] for one in left)
    assert len(chosen) == min(most, sum(min(left[one], waiting.count(one)) for one in left))


def test_m45_a_rate_limit_halves_the_connections_and_they_come_back_one_by_one() -> None:
    assert slowed(8, None, timedelta()) == 4
    assert [connections(8, 4, minutes * MINUTES) for minutes in (0, 9, 10, 25, 40, 500)] == [4, 4, 5, 6, 8, 8]
    assert slowed(8, 4, 9 * MINUTES) is None  # the same limit, told again
    assert slowed(8, 4, 20 * MINUTES) == 3  # 6 by then
    assert slowed(8, 1, 10 * MINUTES) == 1
    assert connections(8, None, timedelta()) == 8


def test_m45_after_4_7_28_nothing_goes_for_ten_minutes_whatever_the_server_asks() -> None:
    assert rest(MINUTES, "4.7.28") == 10 * MINUTES
    assert rest(30 * MINUTES, "4.7.28") == 30 * MINUTES
    assert rest(MINUTES, "4.7.0") == MINUTES
