"""Ahead: walked forward from any day, an enrollment meets what time brings it day by day (R41)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.catalog.happenings import OfRep, SoftBounceOfLast
from drip.catalog.scenario import Scenario
from drip.domain.ahead import Brought, Underway, brought, walk, walk_on
from drip.domain.enroll import begin
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import Consequence, EmailSent, EmailTakenBack, Fact, MovesOn, Paused, RepChanged, Replied
from drip.domain.happen import apply
from drip.domain.hours import RepTime
from drip.domain.plan import Next, plan
from tests.unit.domain.histories import scenarios
from tests.unit.domain.life import Life


@dataclass
class Lived:
    """A scenario as it is lived: one thing after the other, by this file's own loop."""

    scenario: Scenario

    def __post_init__(self) -> None:
        one = self.scenario
        self.terms = Terms(one.campaign, one.email, one.zone, one.calendar, one.call_window, one.rep)
        self.picture, _ = begin(self.terms, one.start, opted_in_at=one.start if one.opted_in else None)
        self.now = one.start
        for fact in one.happens:
            if not isinstance(fact, SoftBounceOfLast):
                self.until(fact.at)
                self.picture, _ = apply(self.picture, self.terms, self.of_rep(fact))
                self.now = fact.at

    def of_rep(self, fact: Fact) -> Fact:
        """The fact as the rules know it; one about the rep's times is in the terms from then on."""
        if not isinstance(fact, OfRep):
            return fact
        times = fact.times(self.terms.rep or RepTime(self.terms.zone))
        self.terms = self.terms._replace(rep=times)
        return RepChanged(fact.at)

    def until(self, end: datetime) -> list[Consequence]:
        """Let time pass up to a moment, asking what is next after each thing anew; what was told."""
        told: list[Consequence] = []
        while (coming := plan(self.picture, self.terms, self.now)) is not None and max(coming.at, self.now) < end:
            self.now = max(coming.at, self.now)
            fact: Fact = coming.moves_on(self.now)
            if coming.what == "email":
                fact = EmailSent(self.now, str(coming.key))
            self.picture, effects = apply(self.picture, self.terms, fact)
            told += effects.consequences
        self.now = end
        return told


def told_by(steps: Iterable[Brought]) -> list[Consequence]:
    return [line for one in steps for line in one.effects.consequences]


@given(scenarios(), st.integers(0, 200), st.integers(1, 400))
def test_r41_a_walk_from_any_day_tells_what_is_lived_from_then_on(scenario: Scenario, wait: int, days: int) -> None:
    lived = Lived(scenario)
    lived.until(lived.now + timedelta(days=wait))
    start, end = lived.now, lived.now + timedelta(days=days)
    foretold = told_by(walk(lived.picture, lived.terms, start, end))
    assert foretold == lived.until(end)


@given(scenarios(), st.integers(1, 300), st.integers(1, 300))
def test_r41_two_walks_one_after_the_other_are_one_long_walk(scenario: Scenario, first: int, then: int) -> None:
    lived = Lived(scenario)
    start, terms = lived.now, lived.terms
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=then)
    near = list(walk(lived.picture, terms, start, middle))
    picture = near[-1].after if near else lived.picture
    far = list(walk(picture, terms, middle, end))
    assert told_by([*near, *far]) == told_by(walk(lived.picture, terms, start, end))


@given(scenarios())
def test_every_picture_of_a_walk_follows_from_the_one_before(scenario: Scenario) -> None:
    lived = Lived(scenario)
    steps = list(walk(lived.picture, lived.terms, lived.now, lived.now + timedelta(days=400)))
    assert all(one.after == other.before for one, other in pairwise(steps))
    assert all(one.at <= other.at for one, other in pairwise(steps))


def ahead(life: Life, until: str, *, since: str | None = None) -> list[str]:
    """What a walk from now tells, as "2026-02-06 email s2"."""
    late = life.moment(since) if since else None
    told = told_by(walk(life.enrollment, life.terms, life.now, life.moment(until), late))
    return [f"{one.at.astimezone(life.terms.zone).date()} {one.what} {one.step or ''}".strip() for one in told]


def test_letters_come_monthly_by_the_anchor() -> None:
    life = Life().until("2026-02-10 00:00")
    # The first letter went on Tuesday 6 January. 6 March is a Friday; 6 April and 6 May are weekdays, too.
    assert ahead(life, "2026-05-07 00:00") == ["2026-03-06 email s3", "2026-04-06 email s4", "2026-05-06 email s5"]


def test_a_pause_stops_the_letters_and_not_the_call() -> None:
    life = Life().happens("2026-02-10 09:00", Paused)
    # Enrolled on 5 January, the recall is six months on: 5 July is a Sunday, so it is on Monday 6 July.
    found = ahead(life, "2026-07-07 00:00")
    assert [one for one in found if "email" in one] == []
    assert "2026-07-06 recall_due" in found


def test_a_reply_stops_everything_until_a_person_has_dealt_with_it() -> None:
    life = Life().happens("2026-02-10 09:00", Replied)
    assert [one for one in ahead(life, "2027-02-10 00:00") if "email" in one] == []


def test_a_look_that_comes_days_late_sends_what_was_due_now() -> None:
    life = Life().until("2026-02-05 12:00")
    life.now = life.moment("2026-02-10 09:30")  # nobody looked since the letter of 6 February was due
    on_time = ahead(life, "2026-02-11 00:00", since="2026-02-06 09:00")
    assert on_time == ["2026-02-10 email s2"]


def test_a_look_that_comes_late_tells_a_due_call_on_its_day() -> None:
    life = Life().until("2026-07-01 12:00")
    life.now = life.moment("2026-07-08 12:00")
    found = ahead(life, "2026-07-09 00:00", since="2026-07-06 07:30")
    assert [one for one in found if "recall_due" in one] == ["2026-07-06 recall_due"]


def test_a_letter_under_way_leaves_first() -> None:
    life = Life().until("2026-02-05 12:00")
    life.now = life.moment("2026-02-06 10:00")
    letter = Underway("s2", 1, life.moment("2026-02-06 10:20"))
    told = told_by(walk_on(life.enrollment, life.terms, life.now, life.moment("2026-03-07 00:00"), letter))
    assert (told[0].what, told[0].step, told[0].at) == ("email", "s2", life.moment("2026-02-06 10:20"))
    assert [one.step for one in told if one.what == "email"] == ["s2", "s3"]


def test_a_letter_under_way_that_is_held_now_is_planned_anew() -> None:
    life = Life().happens("2026-02-05 12:00", Paused)
    letter = Underway("s2", 1, life.moment("2026-02-06 10:20"))
    steps = walk_on(life.enrollment, life.terms, life.now, life.moment("2026-04-07 00:00"), letter)
    assert [one.what for one in told_by(steps) if one.what == "email"] == []


@pytest.mark.parametrize("tried", [True, False])
def test_a_letter_under_way_whose_window_has_closed_leaves_in_the_next_one(tried: bool) -> None:
    life = Life().until("2026-02-05 12:00")
    life.now = life.moment("2026-02-06 18:00")  # a Friday, an hour after the window closed
    letter = Underway("s2", 1, life.now, tried=tried)
    steps = list(walk_on(life.enrollment, life.terms, life.now, life.moment("2026-02-10 00:00"), letter))
    told = [one for one in told_by(steps) if one.what == "email"]
    assert [one.step for one in told] == ["s2"]
    assert [one.at.astimezone(life.terms.zone).date() for one in told] == [date(2026, 2, 9)]
    # The same letter waits until it can leave; another one is planned for the very same minute.
    assert len(steps) == (1 if tried else 2)


@pytest.mark.parametrize("parked", [True, False])
def test_r40_a_letter_sent_again_is_a_touch_and_no_step_and_keeps_its_window(parked: bool) -> None:
    life = Life().until("2026-02-06 23:00")  # a Friday
    letter = Underway("s2", 1, life.now + timedelta(minutes=30), again=True, parked=parked)
    steps = list(walk_on(life.enrollment, life.terms, life.now, life.moment("2026-03-07 00:00"), letter))
    told = [(one.at.astimezone(life.terms.zone).date(), one.reason, one.step) for one in told_by(steps)]
    assert told == [(date(2026, 2, 9), "crossed", "s2"), (date(2026, 3, 6), None, "s3")]


def test_r40_the_drip_goes_on_until_a_lost_letter_goes_again() -> None:
    life = Life().until("2026-03-06 00:00")
    letter = Underway("s2", 1, life.moment("2026-03-06 17:00"), again=True, parked=True)
    steps = list(walk_on(life.enrollment, life.terms, life.now, life.moment("2026-03-11 00:00"), letter))
    # The third letter goes on Friday the 6th before five; the second once more on Monday, with its window.
    assert [one.step for one in told_by(steps)] == ["s3", "s2"]


@pytest.mark.parametrize(("at", "kind"), [("12:00", MovesOn), ("14:00", EmailTakenBack)])
def test_a_look_makes_a_fact_of_what_has_come_and_of_nothing_else(at: str, kind: type[Fact]) -> None:
    life = Life()
    now, since = life.moment("2026-07-06 13:00"), life.moment("2026-07-06 12:30")
    fact = brought(Next("recall_due", life.moment(f"2026-07-06 {at}")), since, now)
    assert type(fact) is kind
    # What came at 12:00 counts from 12:30 on, when a fact had made it overdue.
    assert fact.at == (since if kind is MovesOn else now)


def test_a_walk_ends_where_nothing_changes_any_more() -> None:
    life = Life().until("2026-02-10 00:00")
    enrollment: Enrollment = life.enrollment
    assert list(walk(enrollment, life.terms, life.now, life.now)) == []
