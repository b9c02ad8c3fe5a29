"""A rep's hours and days away: where calls fall, what is held, and what cannot be entered (R14, R17, R25)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.actions.simulate import simulate
from drip.catalog.happenings import OfRep
from drip.catalog.scenario import Scenario
from drip.domain import facts as f
from drip.domain.business_days import Calendar
from drip.domain.enrollment import CallWindow, Terms
from drip.domain.errors import HoursError
from drip.domain.hours import LONGEST, RepTime, Span, days_away, ended, entered, hours_of, parse_hours, said, spell
from drip.domain.recall import in_hours, next_slot, slot_from, slot_on
from tests.unit.domain.histories import Place, places, rep_times, scenarios, starts
from tests.unit.domain.life import NEW_YORK, Life, campaign, day

SYDNEY, BERLIN = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Berlin")
WINDOWS = {
    CallWindow.EARLY: (time(7, 30), time(8, 30)),
    CallWindow.LATE: (time(17), time(18)),
    CallWindow.ANY: (time(7, 30), time(18)),
}
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


def wall(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("mon-fri 08:00-17:00", tuple((on, 480, 1020) for on in range(5))),
        ("Mon,Wed-Thu 09:30 - 12:00", ((0, 570, 720), (2, 570, 720), (3, 570, 720))),
        ("sat-mon 00:00-24:00", ((0, 0, 1440), (5, 0, 1440), (6, 0, 1440))),
        ("sun 22:00-24:00", ((6, 1320, 1440),)),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: tuple[Span, ...]) -> None:
    assert parse_hours(text) == spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("always", "no hours"),
        ("mon-fri 8-17", "no hours"),
        ("mon-fre 08:00-17:00", '"mon-fre" is no day'),
        ("mon- 08:00-17:00", '"mon-" is no day'),
        ("mon 17:00-08:00", "Write a night as two"),
        ("mon 08:00-08:00", "ends before it begins"),
        ("mon 08:75-17:00", "no 08:75"),
        ("mon 08:00-24:30", "no 24:30"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(HoursError, match=words):
        parse_hours(text)


def test_two_hours_that_overlap_are_refused() -> None:
    with pytest.raises(HoursError, match=r"mon 08:00-12:00 and mon 11:00-17:00 overlap"):
        hours_of(["mon-fri 08:00-12:00", "mon 11:00-17:00"])


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 11), st.integers(0, 59)), min_size=1, unique_by=lambda one: one[:2]
    )
)
def test_hours_are_said_so_that_they_are_read_back(drawn: list[tuple[int, int, int]]) -> None:
    spans = tuple(sorted(Span(on, hour * 120, hour * 120 + minute + 1) for on, hour, minute in drawn))
    assert hours_of(said(spans).replace(", ", "\n").split("\n")) == spans


def is_at_work(moment: datetime, rep: RepTime) -> bool:
    local = moment.astimezone(rep.zone)
    minute = local.hour * 60 + local.minute
    return any(span.weekday == local.weekday() and span.opens <= minute < span.closes for span in rep.hours)


def is_away(moment: datetime, rep: RepTime) -> bool:
    return any(begin <= moment < end for begin, end in rep.away)


def first_minute(on: date, terms: Terms) -> datetime | None:
    """The first minute of a day that is in the call window and in the rep's hours, found by looking at each one."""
    assert terms.rep is not None
    opens, closes = WINDOWS[terms.call_window]
    begin, end = (datetime.combine(on, at, terms.zone).astimezone(UTC) for at in (opens, closes))
    minutes = (begin + n * A_MINUTE for n in range(int((end - begin) / A_MINUTE)))
    return next((one for one in minutes if is_at_work(one, terms.rep)), None)


@given(places(), rep_times(), st.sampled_from(CallWindow), st.dates(date(2026, 1, 1), date(2027, 11, 30)))
def test_r17_a_slot_is_the_first_minute_of_the_window_in_the_reps_hours_with_the_rep_there(
    place: Place, rep: RepTime, window: CallWindow, asked: date
) -> None:
    terms = Terms(campaign(), "ann@example.com", place.zone, place.calendar, window, rep)
    on, slot = slot_from(asked, terms)
    days = [asked + n * A_DAY for n in range((on - asked).days)]
    before = [one for one in days if place.calendar.is_business_day(one)]
    assert on >= asked
    assert place.calendar.is_business_day(on)
    assert not is_away(slot, rep)
    opens, closes = WINDOWS[window]
    assert opens <= slot.astimezone(place.zone).time() < closes
    if is_at_work(slot, rep):
        assert slot == first_minute(on, terms)
        met = [first_minute(one, terms) for one in before]
        assert all(one is None or is_away(one, rep) for one in met)
    else:  # the hours do not meet the window in two weeks of the rep's being there
        assert not in_hours(on, terms)
        assert slot == datetime.combine(on, opens, place.zone).astimezone(UTC)
        assert all(is_away(datetime.combine(one, opens, place.zone).astimezone(UTC), rep) for one in before)


@given(places(), rep_times(), st.sampled_from(CallWindow), starts())
def test_r17_the_next_slot_begins_at_or_after_the_moment(
    place: Place, rep: RepTime, window: CallWindow, moment: datetime
) -> None:
    terms = Terms(campaign(), "ann@example.com", place.zone, place.calendar, window, rep)
    on, slot = next_slot(moment, terms)
    assert slot >= moment
    assert (on, slot) in {slot_from(moment.astimezone(place.zone).date() + n * A_DAY, terms) for n in (0, 1)}


@pytest.mark.parametrize(
    ("on", "at"),
    [
        ("2026-03-05", "08:00"),  # 13:00 in London is 08:00 in New York
        ("2026-03-13", "07:30"),  # New York is an hour nearer until the 29th: they do not meet in these two weeks
        ("2026-03-30", "08:00"),
    ],
)
def test_r17_daylight_saving_of_both_counts(on: str, at: str) -> None:
    rep = RepTime(ZoneInfo("Europe/London"), parse_hours("mon-fri 13:00-17:00"))
    terms = Terms(campaign(), "ann@example.com", NEW_YORK, Calendar("US"), CallWindow.EARLY, rep)
    assert slot_from(day(on), terms) == (day(on), wall(f"{on} {at}"))
    assert slot_on(day(on), terms) == wall(f"{on} {at}")


def test_r17_hours_that_meet_again_soon_are_waited_for() -> None:
    rep = RepTime(ZoneInfo("Europe/London"), parse_hours("mon-fri 13:00-17:00"))
    terms = Terms(campaign(), "ann@example.com", NEW_YORK, Calendar("US"), CallWindow.EARLY, rep)
    assert slot_from(day("2026-03-17"), terms) == (day("2026-03-30"), wall("2026-03-30 08:00"))


def test_an_absence_holds_from_when_it_was_entered_to_when_it_was_cancelled() -> None:
    first, last = day("2026-08-03"), day("2026-08-14")
    begin, end = spell(first, last, BERLIN)
    assert (begin, end) == (wall("2026-08-03", BERLIN), wall("2026-08-15", BERLIN))
    late, early = wall("2026-08-05 09:00", BERLIN), wall("2026-08-01 09:00", BERLIN)
    assert entered(first, last, BERLIN, early) == (begin, end)
    assert entered(first, last, BERLIN, late) == (late, end)
    assert ended((begin, end), late) == (begin, late)
    assert ended((begin, end), early) == (begin, begin)
    assert ended((begin, end), end + A_DAY) == (begin, end)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-08-14", "2026-08-03", "in order"),
        ("2026-01-01", "2027-01-05", "Hand the prospects"),
        ("9999-12-31", "9999-12-31", "Is the year right"),
        ("0001-01-01", "0001-01-02", "Is the year right"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(first: str, last: str, words: str) -> None:
    with pytest.raises(HoursError, match=words):
        spell(day(first), day(last), BERLIN)
    assert day("2026-01-01") + LONGEST == day("2027-01-02")


def test_an_absence_that_is_over_is_refused() -> None:
    with pytest.raises(HoursError, match="2026-08-14 is past"):
        entered(day("2026-08-03"), day("2026-08-14"), BERLIN, wall("2026-08-15", BERLIN))


def test_r25_a_day_of_which_any_part_is_in_an_absence_is_held_by_the_prospects_calendar() -> None:
    """Midnight in Sydney is 10:00 of the day before in New York, in August."""
    away = (spell(day("2026-08-03"), day("2026-08-07"), SYDNEY), spell(day("2026-08-08"), day("2026-08-09"), SYDNEY))
    times = RepTime(SYDNEY, (), away)
    assert days_away(times, SYDNEY) == ((day("2026-08-03"), day("2026-08-09")),)
    assert days_away(times, NEW_YORK) == ((day("2026-08-02"), day("2026-08-09")),)
    assert days_away(times, SYDNEY, wall("2026-08-06 12:00", SYDNEY)) == ((day("2026-08-06"), day("2026-08-09")),)
    assert days_away(times, SYDNEY, wall("2026-08-10", SYDNEY)) == ()


@given(scenarios(), rep_times(), st.integers(0, 100), st.integers(1, 40))
def test_r25_no_letter_goes_and_no_recall_falls_in_the_absences_of_a_rep(
    scenario: Scenario, rep: RepTime, wait: int, days: int
) -> None:
    begin = scenario.start + timedelta(days=wait)
    rep = replace(rep, away=(*rep.away, (begin, begin + timedelta(days=days))))
    happens = tuple(fact for fact in scenario.happens if not isinstance(fact, OfRep))
    until = scenario.start + timedelta(days=150)
    for line in simulate(replace(scenario, happens=happens, rep=rep, until=until)):
        if line.what in ("email", "closing_email"):
            assert not is_away(line.at, rep)
        if line.what == "recall_set" and line.reason != "promised":
            assert line.on is not None
            assert not is_away(line.on, rep)


def away(first: str, last: str) -> RepTime:
    return RepTime(NEW_YORK, (), (spell(day(first), day(last), NEW_YORK),))


def test_r22_a_recall_after_an_absence_keeps_the_gap() -> None:
    life = Life(opted_in_at=wall("2026-01-05 10:00"), rep=away("2026-02-16", "2026-02-24"))
    assert life.recall_at == "2026-02-25 07:30"
    life.happens("2026-02-20 12:00", f.EmailRecorded)  # Fri; 23, 24, 25, Thu 26
    assert life.recall_at == "2026-02-26 07:30"


def test_another_rep_begins_with_no_days_away_and_those_of_the_one_before_stay_held() -> None:
    before, after = away("2026-02-02", "2026-02-06"), away("2026-01-12", "2026-02-10")
    life = Life(rep=before)
    life.becomes(after, "2026-02-05 12:00", before)
    assert life.enrollment.held_days == ((day("2026-02-02"), day("2026-02-05")),)
    assert days_away(after, NEW_YORK, life.enrollment.rep_since) == ((day("2026-02-05"), day("2026-02-10")),)


def test_a_recall_follows_to_the_hours_of_another_rep_and_back() -> None:
    before = away("2026-07-01", "2026-07-17")  # six months after 5 Jan is Sun 5 Jul: Mon 6 Jul
    life = Life(rep=before)
    assert life.recall_at == "2026-07-20 07:30"
    life.becomes(None, "2026-02-05 12:00", before)
    assert (life.recall_at, life.recall.moved_from) == ("2026-07-06 07:30", None)
    life.becomes(before, "2026-02-06 12:00", None)
    assert (life.recall_at, life.recall.moved_from) == ("2026-07-20 07:30", day("2026-07-06"))


def test_r14_a_promised_call_falls_in_the_hours_of_its_day_where_they_meet() -> None:
    rep = RepTime(ZoneInfo("America/Los_Angeles"), parse_hours("mon-thu 08:00-12:00"))
    assert Life(rep=rep, promised_on=day("2026-03-16")).recall_at == "2026-03-16 11:00"
    assert Life(rep=rep, promised_on=day("2026-03-20")).recall_at == "2026-03-20 07:30", "a Friday"


def test_r19_a_recall_that_is_due_stays_due_when_the_rep_goes_away() -> None:
    life = Life(opted_in_at=wall("2026-01-05 10:00")).until("2026-02-18 09:00")
    life.becomes(away("2026-02-18", "2026-02-27"), "2026-02-18 10:00", None, handed_over=False)
    assert life.recall_at == "2026-02-17 07:30"
