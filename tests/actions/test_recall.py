"""Recalls are listed with all a rep needs, and their outcomes and promises move them (R14, R20)."""

from datetime import date, timedelta

import pytest

from drip.actions.answer_closing import answer_closing
from drip.actions.enrolling.request import Enrolled, Overrides
from drip.actions.happen import Context, happen
from drip.actions.less_often import doubled, less_often
from drip.actions.opt_out import opt_out
from drip.actions.promise_call import promise_call
from drip.actions.recall_list import Which, recall_list
from drip.actions.record_call import call_of, record_call
from drip.actions.reply import reply
from drip.actions.timeline import timeline
from drip.actions.whose import Whose
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.errors import PromiseError
from drip.domain.facts import Answer, EmailSent, Outcome
from drip.domain.qualification import Qualification
from drip.store import suppressions
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of

TUESDAY = MONDAY + DAY


async def call(desk: Desk, one: int, outcome: str, on: date | None = None, at=TUESDAY):
    """Kim called; what became of it."""
    return await record_call(desk.store, of(one), call_of(outcome, on, at), desk.kim, at)


@pytest.mark.parametrize("outcome", [one.value for one in Outcome])
async def test_r20_every_outcome_is_recorded(desk: Desk, outcome: str):
    one = await desk.enroll()
    on = date(2026, 3, 16) if outcome == "promised" else None
    done = await call(desk, one, outcome, on)
    ends = {"meeting_set": State.WON, "not_interested": State.CLOSED, "do_not_contact": State.CLOSED}
    assert done.state is ends.get(outcome, State.DRIPPING)
    assert ("called", outcome) in await desk.told(one)
    if outcome == "promised":
        assert (done.recall_on, done.recall_reason) == (date(2026, 3, 16), "promised")
    if outcome in ("wrong_person", "bad_number"):
        assert "right_person" in await desk.tasks(done.prospect_id)
    async with desk.store.reading() as unit:
        stopped = await suppressions.find(unit, [ANN])
    assert stopped == ({ANN: "do_not_contact"} if outcome == "do_not_contact" else {})


async def test_r20_a_wrong_outcome_names_the_list(desk: Desk):
    one = await desk.enroll()
    with pytest.raises(PromiseError, match="meeting_set, not_ready"):
        await call(desk, one, "maybe")
    with pytest.raises(PromiseError, match="Which day"):
        await call(desk, one, "promised")
    with pytest.raises(PromiseError, match="belongs to the outcome promised"):
        await call(desk, one, "no_answer", date(2026, 3, 16))


async def test_r14_a_promise_is_kept_and_a_bad_day_is_refused(desk: Desk):
    one = await desk.enroll()
    done = await promise_call(desk.store, of(one), date(2026, 3, 16), desk.kim, TUESDAY)
    # Monday 16 March 2026, 07:30 in New York on daylight saving time.
    assert done.recall_at.isoformat() == "2026-03-16T11:30:00+00:00"
    with pytest.raises(PromiseError, match="Saturday"):
        await promise_call(desk.store, of(one), date(2026, 3, 14), desk.kim, TUESDAY)
    with pytest.raises(PromiseError, match="past"):
        await promise_call(desk.store, of(one), date(2026, 1, 2), desk.kim, TUESDAY)


async def test_the_recall_list_tells_what_a_rep_needs(desk: Desk):
    await desk.add(last_name="Jones", phone="+1 212 555 0100", title="Plant Manager")
    found = Qualification(True, "budget in March", "unplanned stops", "a visit", "phone")
    one = (await desk.ask(qualification=found)).enrollment_id
    await promise_call(desk.store, of(one), date(2026, 1, 8), desk.kim, TUESDAY)
    await desk.enroll("later@other.example")  # her call is in July: not shown
    [row] = await recall_list(desk.store, Which(), TUESDAY)
    assert (row.when, row.on, row.days_overdue) == ("coming", date(2026, 1, 8), -2)
    assert (row.name, row.phone, row.hot_button, row.next_step) == (
        "Ann Jones",
        "+1 212 555 0100",
        "unplanned stops",
        "a visit",
    )
    assert (row.hours, row.local_time, row.reason) == ("07:30-08:30", "10:00", "promised")
    assert row.said == "budget in March"
    [today] = await recall_list(desk.store, Which(desk.rep_id), MONDAY + 3 * DAY)
    assert today.when == "today"
    [late] = await recall_list(desk.store, Which(), MONDAY + 4 * DAY)
    assert (late.when, late.days_overdue) == ("overdue", 1)
    assert await recall_list(desk.store, Which(rep_id=999), MONDAY + 4 * DAY) == []


async def test_r33_whoever_calls_a_person_who_said_stop_is_told_so(desk: Desk):
    one = await desk.enroll()
    assert [row.notice for row in await recall_list(desk.store, Which(coming_days=300), TUESDAY)] == [""]
    await opt_out(desk.store, of(one), PROSPECT, TUESDAY)
    [row] = await recall_list(desk.store, Which(coming_days=300), TUESDAY)
    assert row.notice == "no letter goes to them any more: they said stop, or were suppressed; the call is still yours"


async def test_r19_a_reply_brings_the_recall_into_the_list_with_its_words(desk: Desk):
    one = await desk.enroll()
    await reply(desk.store, of(one), "Ring me", desk.kim, TUESDAY)
    [row] = await recall_list(desk.store, Which(), TUESDAY)
    assert (row.reason, row.said, row.waits) == ("replied", "Ring me", True)
    assert row.on == date(2026, 1, 7)  # the next slot begins on Wednesday at 07:30


@pytest.mark.parametrize(
    ("answer", "state", "task"),
    [
        (Answer.KEEP_OPEN, State.DRIPPING, []),
        (Answer.CALL_ME, State.DRIPPING, ["asked"]),
        (Answer.CLOSE_FILE, State.CLOSED, []),
    ],
)
async def test_r27_each_answer_to_the_closing_email(desk: Desk, answer: Answer, state: State, task: list[str]):
    one = await desk.enroll()
    key = f"closing/{(await desk.open(one)).enrollment.silence}"
    async with desk.store.begin() as unit:
        await happen(unit, one, EmailSent(TUESDAY, key), Context("service"))
    assert (await desk.open(one)).enrollment.state is State.CLOSING
    done = await answer_closing(desk.store, of(one), answer, PROSPECT, TUESDAY + DAY)
    assert done.state is state
    assert await desk.tasks(done.prospect_id) == task


async def test_r5_less_often_doubles_up_to_a_quarter(desk: Desk):
    one = await desk.enroll()
    steps = [await less_often(desk.store, of(one), PROSPECT, TUESDAY) for _ in range(3)]
    assert [str(step.after) for step in steps] == ["2 months", "1 quarter", "1 quarter"]
    assert ("cadence_changed", "1 quarter") in await desk.told(one)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Duration(6, Unit.WEEK), Duration(12, Unit.WEEK)),
        (Duration(7, Unit.WEEK), Duration(1, Unit.QUARTER)),
        (Duration(20, Unit.DAY), Duration(40, Unit.DAY)),
        (Duration(1, Unit.QUARTER), Duration(1, Unit.QUARTER)),
        (Duration(6, Unit.MONTH), Duration(6, Unit.MONTH)),
    ],
)
def test_r5_twice_as_long_at_most_a_quarter(before: Duration, after: Duration):
    assert doubled(before) == after


async def test_r38_the_timeline_says_who_when_and_why_in_words(desk: Desk):
    one = await desk.enroll()
    await call(desk, one, "no_answer", at=TUESDAY + timedelta(hours=1))
    told = await timeline(desk.store, Whose(email=ANN))
    assert [line.code for line in told.lines] == ["enrolled", "recall_set", "called"]
    first, recall, called = told.lines
    assert (first.who, first.campaign, first.local.hour) == ("Kim Lee", "monthly-value", 10)
    assert recall.words.startswith("Recall on Monday 6 July 2026, 07:30")
    assert (called.words, called.why) == ("Called: no answer", "because")


async def test_r20_a_call_named_by_its_enrollment_meets_the_recall_of_that_one(desk: Desk):
    older = await desk.enroll()
    await promise_call(desk.store, of(older), date(2026, 1, 13), desk.kim, TUESDAY)
    await answer_closing(desk.store, of(older), Answer.CLOSE_FILE, PROSPECT, TUESDAY)
    again = await desk.ask(now=TUESDAY + DAY, overrides=Overrides(reopen="she asked for it"))
    assert isinstance(again, Enrolled)
    assert again.enrollment_id is not None
    newer = (await desk.open(again.enrollment_id)).enrollment.recall
    done = await call(desk, older, "not_interested", at=TUESDAY + 7 * DAY)
    assert done.enrollment_id == older
    assert (await desk.open(older)).enrollment.recall is None
    assert (await desk.open(again.enrollment_id)).enrollment.recall == newer
    # Its call is made: what is said of it from here on belongs to the open one (R29).
    assert (await call(desk, older, "no_answer", at=TUESDAY + 8 * DAY)).enrollment_id == again.enrollment_id
