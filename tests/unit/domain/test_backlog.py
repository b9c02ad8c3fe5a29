"""Backlog: which letters a mailbox's pace keeps from leaving on their day."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from drip.domain.backlog import Gone, Leaving, Pace, left_over
from drip.domain.pace import WarmUp

MONDAY = date(2026, 1, 5)
TUESDAY, WEDNESDAY, FRIDAY, NEXT_MONDAY = date(2026, 1, 6), date(2026, 1, 7), date(2026, 1, 9), date(2026, 1, 12)
EIGHT, FIVE = 8 * 60, 17 * 60  # the window, as minutes of the day


def letters(day: int, count: int, minute: int = EIGHT, apart: int = 1, to: str = "") -> list[Leaving]:
    """`count` letters of one day after Monday, `apart` minutes from one another, to one recipient domain."""
    begins = day * 1440
    return [Leaving(begins + minute + n * apart, begins + FIVE, day, to) for n in range(count)]


def over(wanted: list[Leaving], pace: Pace, gone: tuple[int | Gone, ...] = (), days: int = 14) -> dict[date, int]:
    left = [one if isinstance(one, Gone) else Gone(one) for one in gone]
    return dict(left_over(wanted, left, pace, MONDAY, days))


def test_what_a_day_may_not_send_goes_on_the_next() -> None:
    # 62 on Monday of which 50 may go; the other 12 on Tuesday.
    assert over(letters(0, 62), Pace(per_day=50)) == {MONDAY: 12}


def test_what_is_left_over_takes_the_room_of_the_next_day() -> None:
    # Monday 62 - 50 = 12. Tuesday 12 + 45 = 57, and 50 may go: 7. Wednesday 7.
    wanted = letters(0, 62) + letters(1, 45)
    assert over(wanted, Pace(per_day=50)) == {MONDAY: 12, TUESDAY: 7}


def test_what_is_left_over_on_friday_waits_for_monday() -> None:
    # Friday 110 - 50 = 60. Monday 60 - 50 = 10.
    assert over(letters(4, 110), Pace(per_day=50)) == {FRIDAY: 60, NEXT_MONDAY: 10}


def test_a_day_is_any_24_hours() -> None:
    # Monday's 50 leave from 16:00 to 16:49, so none of Tuesday's may leave before 16:00: of the 30 due
    # from 08:00 on, all go between 16:00 and 16:29.
    evening = letters(0, 50, minute=16 * 60)
    assert over(evening + letters(1, 30), Pace(per_day=50)) == {}
    # 11 minutes of room are left for those that wait until 16:49.
    late = letters(0, 50, minute=16 * 60 + 49, apart=0)
    assert over(late + letters(1, 30), Pace(per_day=50)) == {}
    # At 16:59 all fifty leave, and so on Tuesday thirty at 16:59.
    last = letters(0, 50, minute=16 * 60 + 59, apart=0)
    assert over(last + letters(1, 30), Pace(per_day=50)) == {}


def test_letters_that_left_yesterday_count() -> None:
    # 40 left at 15:00 yesterday, so up to 15:00 only 10 of 50 may go; from then on the others.
    gone = tuple([-540] * 40)  # nine hours before Monday's midnight
    assert over(letters(0, 30), Pace(per_day=50), gone) == {}
    # They left at 17:00: nothing of the rest can leave within the window.
    gone = tuple([-420] * 40)
    assert over(letters(0, 30), Pace(per_day=50), gone) == {MONDAY: 20}


def test_letters_a_minute_only_wait_a_little() -> None:
    assert over(letters(0, 300, apart=0), Pace(per_minute=1)) == {}  # 300 minutes are five hours
    # At 16:55 ten letters, two a minute: they leave at :55, :56 ... :59.
    assert over(letters(0, 10, minute=16 * 60 + 55, apart=0), Pace(per_minute=2)) == {}
    assert over(letters(0, 11, minute=16 * 60 + 55, apart=0), Pace(per_minute=2)) == {MONDAY: 1}


def test_a_warm_up_begins_with_the_first_letter_and_grows() -> None:
    pace = Pace(per_day=100, warm_up=WarmUp(20, 10))
    # Monday 20, Tuesday 30, Wednesday 40. Of 35 a day: 15 left over, then 50 - 30 = 20, then 55 - 40 = 15,
    # Thursday 50 of 50, and nothing is left.
    wanted = letters(0, 35) + letters(1, 35) + letters(2, 35) + letters(3, 35)
    assert over(wanted, pace) == {MONDAY: 15, TUESDAY: 20, WEDNESDAY: 15}


def test_without_a_limit_nothing_is_left_over() -> None:
    assert over(letters(0, 5000, apart=0), Pace()) == {}


def test_what_waits_beyond_the_forecast_is_not_told() -> None:
    assert over(letters(0, 300), Pace(per_day=50), days=2) == {MONDAY: 250, TUESDAY: 200}


def test_a_recipient_domain_takes_no_more_than_its_own_pace() -> None:
    # 20 an hour to each domain, from 08:00 to 16:59: at :00 of nine hours, so 180 of 200 go and 20 are left over;
    # Tuesday 20 + 170 = 190, so 10.
    pace = Pace(domains={"*": {"hour": 20}})
    wanted = letters(0, 200, apart=0, to="big.example") + letters(1, 170, apart=0, to="big.example")
    assert over(wanted, pace) == {MONDAY: 20, TUESDAY: 10}
    # Two domains do not take of each other's; a pace of its own goes before that of each.
    two = letters(0, 180, apart=0, to="big.example") + letters(0, 181, apart=0, to="other.example")
    assert over(two, pace) == {MONDAY: 1}
    assert over(two, Pace(domains={"*": {"hour": 20}, "other.example": {"day": 100}})) == {MONDAY: 81}


def test_a_domain_that_is_full_lets_others_go_before_it() -> None:
    # Of 50 a day 5 go to the big one and 45 to the others; 5 are over by the domain's pace, and 5 by the mailbox's.
    pace = Pace(per_day=50, domains={"big.example": {"day": 5}})
    assert over(letters(0, 10, to="big.example") + letters(0, 50, to="small.example"), pace, days=1) == {MONDAY: 10}


def test_what_went_to_a_domain_yesterday_counts_for_it_alone() -> None:
    pace = Pace(domains={"*": {"day": 10}})
    gone = tuple(Gone(-420, "big.example") for _ in range(8))  # at 17:00
    assert over(letters(0, 10, to="big.example"), pace, gone) == {MONDAY: 8}
    assert over(letters(0, 10, to="small.example"), pace, gone) == {}


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 539)), max_size=120), st.integers(1, 30))
def test_no_24_hours_have_more_than_the_pace(drawn: list[tuple[int, int]], most: int) -> None:
    """Counted by whole days: letters all due at the same hour leave the day they are due, or are told."""
    wanted = [Leaving(day * 1440 + EIGHT, day * 1440 + FIVE, day) for day, _ in drawn]
    found = over(wanted, Pace(per_day=most), days=365)
    due = Counter(MONDAY.toordinal() + one.day for one in wanted)
    waiting = 0
    for ordinal in range(MONDAY.toordinal(), MONDAY.toordinal() + 200):
        day = date.fromordinal(ordinal)
        if day.weekday() < 5:
            waiting = max(0, waiting + due[ordinal] - most)
            assert found.get(day, 0) == waiting
