"""Laws that hold over every history: checked on what a simulation tells, by plain calendar means."""

from calendar import monthrange
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drip.actions.simulate import Line, simulate
from drip.catalog.scenario import Scenario
from drip.domain import facts as f
from drip.domain.business_days import Calendar
from drip.domain.campaign import AtEnd, Consent, RecallRules, SilenceRules
from drip.domain.duration import Duration, Unit
from drip.domain.facts import Answer
from tests.unit.domain.histories import scenarios

EMAILS = {"email", "closing_email"}
ENDS_A_HOLD = {"resumed", "file_closed", "won", "undeliverable", "suppressed"}
ASKS = (f.Replied, f.Answered)
HOLDS = (f.Paused, f.Resumed, f.AutoReplied, f.ColleagueReplied, f.EmailRecorded, f.MailboxWentDown)


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


@given(scenarios(), st.integers(60, 240), st.integers(25, 45))
def test_r26_no_closing_email_goes_with_a_recall_in_the_next_twenty_business_days(
    scenario: Scenario, silence: int, more: int
) -> None:
    rules = {"silence": SilenceRules(after=Duration(silence, Unit.DAY), min_emails=1)}
    near = {"recall": RecallRules(not_opted_in=Duration(silence + more, Unit.DAY))}
    holds = tuple(fact for fact in scenario.happens if isinstance(fact, HOLDS))
    monthly = replace(scenario.campaign, cadence=Duration(1, Unit.MONTH), **rules, **near)
    scenario = replace(scenario, campaign=monthly, happens=holds, opted_in=False)
    recall: Line | None = None
    for line in simulate(scenario):
        if line.what == "recall_set":
            recall = line
        elif line.what in ("recall_cancelled", "recall_due"):
            recall = None
        elif line.what == "closing_email" and recall is not None and recall.on is not None:
            assert recall.reason != "promised"
            ends = [moment.astimezone(scenario.zone).date() for moment in (line.at, recall.on)]
            assert _business_days_between(*ends, scenario.calendar) > 20


@given(scenarios())
def test_r41_the_same_inputs_give_the_same_lines(scenario: Scenario) -> None:
    assert list(simulate(scenario)) == list(simulate(scenario))


@given(scenarios())
def test_lines_come_in_order_of_time(scenario: Scenario) -> None:
    lines = list(simulate(scenario))
    assert [line.at for line in lines] == sorted(line.at for line in lines)


def _later(day: date, wait: Duration) -> date:
    """Calendar arithmetic without the product's: weeks, days, months and quarters."""
    if wait.unit in (Unit.DAY, Unit.WEEK):
        return day + timedelta(days=wait.count * (7 if wait.unit is Unit.WEEK else 1))
    month = day.month - 1 + wait.count * (3 if wait.unit is Unit.QUARTER else 1)
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _opens_on(day: date, scenario: Scenario) -> date:
    window = scenario.campaign.window
    while day.weekday() not in window.days or (window.holidays and scenario.calendar.is_holiday(day)):
        day += timedelta(days=1)
    return day


@given(scenarios())
def test_r08_without_holds_every_email_is_counted_from_the_anchor(scenario: Scenario) -> None:
    if scenario.campaign.consent is Consent.OPT_IN:
        return
    own = {step.key: step.after for step in scenario.campaign.steps}
    held: set[str | None] = set()
    anchor, anchor_n, sent_on = date.min, 1, date.min
    for line in simulate(replace(scenario, happens=())):
        day, wait = line.at.astimezone(scenario.zone).date(), own.get(line.step or "")
        if line.what == "held":
            held.add(line.step)
        if line.what != "email" or line.n is None:
            continue
        cadence = scenario.campaign.cadence
        nominal = _later(sent_on, wait) if wait else _later(anchor, cadence.times(line.n - anchor_n))
        if line.n == 1:
            nominal = day
        elif line.step not in held:
            assert day == _opens_on(nominal, scenario)
        held.discard(line.step)
        late = _business_days_between(nominal, day - timedelta(days=1), scenario.calendar) >= 4
        if line.n == 1 or late or wait:
            anchor, anchor_n = day if line.n == 1 or late else nominal, line.n
        sent_on = day


@given(scenarios())
def test_r14_a_promise_is_replaced_only_by_a_call_or_by_call_me(scenario: Scenario) -> None:
    replaces = {fact.at for fact in scenario.happens if isinstance(fact, f.Called)}
    replaces |= {fact.at for fact in scenario.happens if isinstance(fact, f.Answered) and fact.answer is Answer.CALL_ME}
    promise: Line | None = None
    for line in simulate(scenario):
        if promise is not None and line.what in ("recall_set", "recall_cancelled", "recall_due"):
            assert line.at == promise.on if line.what == "recall_due" else line.at in replaces
        if line.what == "recall_set":
            promise = line if line.reason == "promised" else None
        elif line.what in ("recall_cancelled", "recall_due"):
            promise = None


@given(scenarios())
def test_r19_what_a_prospect_says_never_makes_a_recall_later(scenario: Scenario) -> None:
    at_once = Counter(fact.at for fact in scenario.happens)
    said = {fact.at for fact in scenario.happens if isinstance(fact, f.Clicked | f.Replied | f.Answered)}
    due: datetime | None = None
    for line in simulate(scenario):
        if line.what == "recall_set":
            if line.at in said and at_once[line.at] == 1 and due is not None:
                assert line.on is not None
                assert line.on <= due
            due = line.on
        elif line.what in ("recall_cancelled", "recall_due", "won", "file_closed"):
            due = None


@given(scenarios())
def test_r22_a_recall_nobody_asked_for_keeps_the_gap(scenario: Scenario) -> None:
    lines = list(simulate(scenario))
    ours = [fact.at for fact in scenario.happens if isinstance(fact, f.Called | f.EmailRecorded)]
    touches = sorted([line.at for line in _emails(lines)] + ours)
    asked = [fact.at for fact in scenario.happens if isinstance(fact, ASKS)]
    since: datetime | None = None
    for line in lines:
        if line.what == "recall_set":
            since = line.at
        if line.what == "recall_due" and line.reason not in ("promised", "replied", "asked") and since is not None:
            before = [at for at in touches if at < line.at]
            if before and not any(since <= at <= line.at for at in asked):
                days = [moment.astimezone(scenario.zone).date() for moment in (before[-1], line.at)]
                assert _business_days_between(*days, scenario.calendar) >= 4


@given(scenarios())
def test_r28_a_file_closes_for_silence_ten_business_days_after_the_closing_email(scenario: Scenario) -> None:
    closing: date | None = None
    for line in simulate(scenario):
        day = line.at.astimezone(scenario.zone).date()
        if line.what == "closing_email":
            closing = day
        elif line.what == "file_closed" and line.reason == "silence":
            assert closing is not None
            assert _business_days_between(closing, day, scenario.calendar) >= 10


@given(scenarios())
def test_r29_hearing_after_a_file_closed_for_silence_opens_it_again(scenario: Scenario) -> None:
    lines = [line for line in simulate(scenario) if line.what in ("file_closed", "reopened", "suppressed", "won")]
    closed = bool(lines) and (lines[-1].what, lines[-1].reason) == ("file_closed", "silence")
    if not closed or any(line.what == "suppressed" for line in lines):
        return
    assert isinstance(scenario.until, datetime)
    click = f.Clicked(scenario.until + timedelta(hours=1))
    before = tuple(fact for fact in scenario.happens if fact.at <= scenario.until)
    longer = replace(scenario, until=scenario.until + timedelta(days=1), happens=(*before, click))
    assert [line.what for line in simulate(longer) if line.at == click.at][:3] == ["heard", "reopened", "recall_set"]


@given(scenarios())
def test_r30_while_a_hold_lasts_no_email_goes(scenario: Scenario) -> None:
    held = False
    for line in simulate(scenario):
        held = line.what == "paused" or (held and line.what not in ENDS_A_HOLD)
        assert not (held and line.what in EMAILS)


@given(scenarios())
def test_r37_a_hold_is_told_once_for_an_email_and_reason(scenario: Scenario) -> None:
    told: set[tuple[str | None, str | None]] = set()
    for line in simulate(scenario):
        if line.what == "held":
            assert (line.step, line.reason) not in told
            told.add((line.step, line.reason))
        elif line.what == "email":
            told = {(step, reason) for step, reason in told if step != line.step}
        elif line.what in ("closing_email", "heard", "opted_in", "paused", "reopened"):
            told = {(step, reason) for step, reason in told if step != "closing"}


@given(scenarios())
def test_r41_a_longer_look_tells_the_same_first(scenario: Scenario) -> None:
    assert isinstance(scenario.until, datetime)
    sooner = replace(scenario, until=scenario.start + (scenario.until - scenario.start) / 2)
    first = list(simulate(sooner))
    assert list(simulate(scenario))[: len(first)] == first
