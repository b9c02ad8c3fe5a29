"""Laws that hold over every history: checked on what a simulation tells, by plain calendar means."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given

from drip.actions.simulate import Line, simulate
from drip.catalog.scenario import Scenario
from drip.domain import facts as f
from drip.domain.business_days import Calendar
from drip.domain.campaign import AtEnd
from tests.unit.domain.histories import scenarios

EMAILS = {"email", "closing_email"}


def _emails(lines: list[Line]) -> list[Line]:
    return [line for line in lines if line.what in EMAILS]


def _business_days_between(first: date, then: date, calendar: Calendar) -> int:
    days = range(1, (then - first).days + 1)
    return sum(calendar.is_business_day(first + timedelta(days=n)) for n in days)


@given(scenarios())
def test_r22_two_touches_are_four_business_days_apart(scenario: Scenario) -> None:
    lines = list(simulate(scenario))
    ours = [(fact.at, "other") for fact in scenario.happens if isinstance(fact, f.Called | f.EmailRecorded)]
    touches = sorted([(line.at, "email") for line in _emails(lines)] + ours)
    for (before, _), (at, kind) in pairwise(touches):
        if kind == "email":
            days = [moment.astimezone(scenario.zone).date() for moment in (before, at)]
            assert _business_days_between(*days, scenario.calendar) >= 4


@given(scenarios())
def test_r09_every_email_goes_out_in_the_window(scenario: Scenario) -> None:
    window = scenario.campaign.window
    for line in _emails(list(simulate(scenario))):
        local = line.at.astimezone(scenario.zone)
        assert local.weekday() in window.days
        assert window.opens <= local.time() < window.closes or window.closes == time.max
        assert not (window.holidays and scenario.calendar.is_holiday(local.date()))


@given(scenarios())
def test_r39_no_step_is_sent_twice_in_a_run(scenario: Scenario) -> None:
    sent = Counter(line.step for line in simulate(scenario) if line.what == "email")
    if scenario.campaign.at_end is AtEnd.COMPLETE:
        assert all(count == 1 for count in sent.values())
    numbers = [line.n for line in simulate(scenario) if line.what == "email"]
    assert numbers == list(range(1, len(numbers) + 1))


@given(scenarios())
def test_r33_nothing_is_sent_after_an_opt_out(scenario: Scenario) -> None:
    outs = [fact.at for fact in scenario.happens if isinstance(fact, f.OptedOut)]
    if outs:
        assert all(line.at <= min(outs) for line in _emails(list(simulate(scenario))))


@given(scenarios())
def test_r16_an_opt_in_never_makes_a_recall_later(scenario: Scenario) -> None:
    at_once = Counter(fact.at for fact in scenario.happens)
    alone = {fact.at for fact in scenario.happens if isinstance(fact, f.OptedIn) and at_once[fact.at] == 1}
    due: datetime | None = None
    for line in simulate(scenario):
        if line.what == "recall_set":
            if line.at in alone and due is not None:
                assert line.on is not None
                assert line.on <= due
            due = line.on
        elif line.what in ("recall_cancelled", "recall_due", "won", "file_closed"):
            due = None


@given(scenarios())
def test_r17_every_recall_is_on_a_business_day(scenario: Scenario) -> None:
    for line in simulate(scenario):
        if line.on is not None:
            assert scenario.calendar.is_business_day(line.on.astimezone(scenario.zone).date())


@given(scenarios())
def test_r26_one_closing_email_a_silence(scenario: Scenario) -> None:
    closings = 0
    for line in simulate(scenario):
        if line.what == "reopened":
            closings = 0
        elif line.what == "closing_email":
            closings += 1
        elif line.what == "email":
            assert closings == 0, "R28: no value email after the closing email"
        assert closings <= 1


@given(scenarios())
def test_r41_the_same_inputs_give_the_same_lines(scenario: Scenario) -> None:
    assert list(simulate(scenario)) == list(simulate(scenario))


@given(scenarios())
def test_lines_come_in_order_of_time(scenario: Scenario) -> None:
    lines = list(simulate(scenario))
    assert [line.at for line in lines] == sorted(line.at for line in lines)
