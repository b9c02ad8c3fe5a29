"""RULES C: the opt-in and the recall (R14, R16-R20)."""

import pytest

from drip.domain import facts as f
from drip.domain.campaign import RecallRules
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import CallWindow, State
from drip.domain.errors import PromiseError
from drip.domain.facts import Answer, Outcome
from tests.unit.domain.life import Life, campaign, day

PROMISE = {"promised_on": day("2026-03-16")}  # a Monday
ONE_MONTH = campaign(recall=RecallRules(not_opted_in=Duration(1, Unit.MONTH)))


def called(life: Life, wall: str, outcome: Outcome, on: str | None = None) -> Life:
    return life.happens(wall, f.Called, outcome, day(on) if on else None)


@pytest.mark.parametrize(
    "what",
    [
        (f.OptedIn,),
        (f.Replied,),
        (f.Clicked,),
        (f.Answered, Answer.KEEP_OPEN),
        (f.AutoReplied,),
        (f.AutoReplied, day("2026-03-31")),
        (f.EmailRecorded,),
        (f.Called, Outcome.NO_ANSWER),
        (f.Called, Outcome.NOT_READY),
        (f.Paused,),
        (f.ColleagueReplied,),
        (f.OptedOut,),
        (f.Complained,),
        (f.HardBounced,),
    ],
    ids=lambda what: "-".join(getattr(part, "__name__", str(part)) for part in what),
)
@pytest.mark.parametrize("promise", ["2026-03-16", "2026-09-15"], ids=["in three days", "in six months"])
def test_r14_a_promised_date_never_moves(promise: str, what: tuple[type[f.Fact], object]) -> None:
    life = Life(promised_on=day(promise)).happens("2026-03-13 12:00", *what)
    assert (life.recall_at, life.recall.promised) == (f"{promise} 07:30", True)


def test_r14_completing_the_campaign_leaves_it() -> None:
    life = Life(campaign(2), promised_on=day("2026-06-15")).until("2026-03-01 00:00")
    assert life.enrollment.state is State.COMPLETED
    assert life.recall_at == "2026-06-15 07:30"


def test_r14_only_a_date_the_prospect_agrees_to_replaces_it() -> None:
    assert Life(**PROMISE).happens("2026-03-02 12:00", f.CallPromised, day("2026-04-20")).recall_at[:10] == "2026-04-20"
    assert called(Life(**PROMISE), "2026-03-02 12:00", Outcome.PROMISED, "2026-04-20").recall_at[:10] == "2026-04-20"


def test_r14_or_the_prospect_asks_for() -> None:
    life = Life(**PROMISE).happens("2026-03-02 12:00", f.Answered, Answer.CALL_ME)
    assert (life.recall_at, life.recall.reason, life.recall.promised) == ("2026-03-03 07:30", "asked", False)


@pytest.mark.parametrize(
    "on",
    ["2026-03-14", "2026-05-25", "2026-01-09", "2226-01-14", "9999-12-31"],  # Saturday, Memorial Day, past, mistyped
)
def test_r14_a_date_that_cannot_be_kept_is_refused(on: str) -> None:
    life = Life().until("2026-01-12 10:00")
    with pytest.raises(PromiseError):
        life.happens("2026-01-12 12:00", f.CallPromised, day(on))
    with pytest.raises(PromiseError):
        called(life, "2026-01-12 12:00", Outcome.PROMISED, on)
    assert life.recall_at == "2026-07-06 07:30"


def test_r16_an_opt_in_brings_the_recall_to_six_weeks() -> None:
    life = Life().happens("2026-03-10 11:00", f.OptedIn)
    assert (life.recall_at, life.recall.reason) == ("2026-04-21 07:30", "opted_in")  # Tue 10 Mar + 42 days


def test_r16_it_never_gets_later() -> None:
    life = Life().happens("2026-06-01 11:00", f.OptedIn)  # + 42 days = 13 Jul
    assert (life.recall_at, life.recall.reason) == ("2026-07-06 07:30", "not_opted_in")


def test_r16_a_second_opt_in_changes_nothing() -> None:
    life = Life().happens("2026-03-10 11:00", f.OptedIn)
    called(life, "2026-04-21 10:00", Outcome.PROMISED, "2026-08-03").happens("2026-05-01 10:00", f.OptedIn)
    assert life.recall_at[:10] == "2026-08-03"
    called(life, "2026-08-03 10:00", Outcome.NOT_READY)  # + 42 days = Mon 14 Sep
    assert life.happens("2026-08-04 10:00", f.OptedIn).recall_at[:10] == "2026-09-14"
    # Nor does it replace a recall long overdue.
    assert life.happens("2026-10-05 10:00", f.OptedIn).recall_at[:10] == "2026-09-14"


def test_r16_a_due_recall_stays_due() -> None:
    life = Life().happens("2026-07-06 12:00", f.OptedIn)
    assert (life.recall_at, life.recall.reason) == ("2026-07-06 07:30", "not_opted_in")


@pytest.mark.parametrize(
    ("opted_in", "recall"),
    [
        ("2026-07-20 12:00", "2026-07-06"),  # Monday, the 10th business day after Mon 6 Jul: it stays due
        ("2026-07-21 12:00", "2026-09-01"),  # Tuesday, the 11th: it counts as none; 21 Jul + 42 days = Tue 1 Sep
    ],
)
def test_r16_a_recall_overdue_beyond_the_limit_counts_as_none(opted_in: str, recall: str) -> None:
    assert Life().happens(opted_in, f.OptedIn).recall_at[:10] == recall


@pytest.mark.parametrize(
    ("window", "slot"), [(CallWindow.EARLY, "07:30"), (CallWindow.LATE, "17:00"), (CallWindow.ANY, "07:30")]
)
def test_r17_a_recall_is_at_the_start_of_the_preferred_window(window: CallWindow, slot: str) -> None:
    assert Life(call_window=window).recall_at == f"2026-07-06 {slot}"


@pytest.mark.parametrize(
    ("replied", "slot"),
    [
        ("2026-01-14 07:29", "2026-01-14 07:30"),  # Wednesday, before the slot
        ("2026-01-14 07:30", "2026-01-14 07:30"),  # as it begins
        ("2026-01-14 07:31", "2026-01-15 07:30"),  # it has begun
        ("2026-01-16 12:00", "2026-01-20 07:30"),  # Friday; Monday is Martin Luther King Day
        ("2026-01-17 06:00", "2026-01-20 07:30"),  # Saturday
    ],
)
def test_r17_the_next_call_slot_is_the_next_that_begins(replied: str, slot: str) -> None:
    assert Life().happens(replied, f.Replied).recall_at == slot


def test_r18_an_opt_in_after_an_opt_out_is_a_task_and_moves_nothing() -> None:
    life = Life().happens("2026-01-20 12:00", f.OptedOut).happens("2026-02-02 12:00", f.OptedIn)
    assert life.needs == ["opt_in_after_opt_out"]
    assert life.recall_at == "2026-07-06 07:30"
    assert life.enrollment.state is State.OPTED_OUT
    assert life.enrollment.opted_in_at is None
    assert life.until("2026-07-01 00:00").days() == ["2026-01-06"]


def test_r18_nor_does_it_open_a_file_the_opt_out_closed() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut)
    called(life, "2026-02-05 10:00", Outcome.NOT_READY).happens("2026-03-02 12:00", f.OptedIn)
    assert life.enrollment.state is State.CLOSED
    assert life.needs == ["opt_in_after_opt_out"]


@pytest.mark.parametrize(
    ("what", "reason", "slot"),
    [
        ((f.Replied,), "replied", "2026-01-08 07:30"),
        ((f.Answered, Answer.CALL_ME), "asked", "2026-01-08 07:30"),
        ((f.Answered, Answer.KEEP_OPEN), "closing_answer", "2026-01-12 07:30"),  # keeps the gap after Tue 6 Jan
    ],
)
def test_r19_a_recall_comes_forward_to_the_next_slot(what: tuple[type[f.Fact], object], reason: str, slot: str) -> None:
    life = Life().happens("2026-01-07 12:00", *what)
    assert (life.recall_at, life.recall.reason) == (slot, reason)


def test_r19_to_one_that_keeps_the_gap_when_the_campaign_completes() -> None:
    life = Life(campaign(2)).until("2026-02-07 00:00")
    # The last letter on Fri 6 Feb: 9, 10, 11, Thu 12 Feb.
    assert (life.recall_at, life.recall.reason) == ("2026-02-12 07:30", "completed")


def test_r19_a_recall_never_gets_later_by_it() -> None:
    # Mon 5 Jan + 7 days = Mon 12 Jan; the last letter on Tue 6 Jan allows the 12th too: the recall keeps its reason.
    rules = RecallRules(not_opted_in=Duration(1, Unit.WEEK))
    life = Life(campaign(1, recall=rules)).until("2026-01-07 00:00")
    assert (life.recall_at, life.recall.reason) == ("2026-01-12 07:30", "not_opted_in")
    life = Life().happens("2026-07-03 12:00", f.Answered, Answer.KEEP_OPEN)  # Friday; the next slot is Mon 6 Jul
    assert (life.recall_at, life.recall.reason) == ("2026-07-06 07:30", "not_opted_in")


@pytest.mark.parametrize("wall", ["2026-07-06 07:30", "2026-07-07 12:00"])
def test_r19_one_that_is_due_stays_due_and_has_been_asked_for(wall: str) -> None:
    life = Life().happens(wall, f.Replied)
    assert (life.recall_at, life.recall.reason, life.recall.asked) == ("2026-07-06 07:30", "not_opted_in", True)


def test_r19_an_answer_or_a_completion_asks_for_no_call() -> None:
    life = Life().happens("2026-07-07 12:00", f.Answered, Answer.KEEP_OPEN)
    assert not life.recall.asked


def test_r19_one_overdue_beyond_the_limit_counts_as_none() -> None:
    life = Life().happens("2026-07-22 12:00", f.Replied)
    assert (life.recall_at, life.recall.reason) == ("2026-07-23 07:30", "replied")


def test_r19_a_promised_one_stays_and_the_reply_is_a_task() -> None:
    life = Life(**PROMISE).happens("2026-02-02 12:00", f.Replied)
    assert life.recall_at == "2026-03-16 07:30"
    assert life.needs == ["reply"]


def test_r19_each_recall_says_why_it_is_due() -> None:
    life = Life(ONE_MONTH).happens("2026-03-02 12:00", f.Replied).until("2026-03-04 00:00")
    assert life.reasons("recall_due") == ["not_opted_in", "replied"]


def test_r20_a_meeting_ends_the_enrollment_as_won() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", Outcome.MEETING_SET).until("2027-12-31 00:00")
    assert life.enrollment.state is State.WON
    assert life.enrollment.recall is None
    assert life.days() == ["2026-01-06"]
    assert life.reasons("won") == ["meeting_set"]


def test_r20_not_ready_sets_the_next_recall_and_starts_silence_anew() -> None:
    life = called(Life(), "2026-07-06 10:00", Outcome.NOT_READY)
    assert (life.recall_at, life.recall.reason) == ("2027-01-06 07:30", "not_ready")  # + 6 months, a Wednesday
    assert life.enrollment.heard_at == life.moment("2026-07-06 10:00")
    assert life.enrollment.state is State.DRIPPING


def test_r20_not_ready_after_an_opt_in_is_six_weeks() -> None:
    life = Life().happens("2026-03-10 11:00", f.OptedIn)
    assert called(life, "2026-04-21 10:00", Outcome.NOT_READY).recall_at[:10] == "2026-06-02"  # Tuesday


def test_r20_not_interested_closes_the_file_as_declined() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", Outcome.NOT_INTERESTED)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "declined")
    assert life.enrollment.recall is None


def test_r20_do_not_contact_suppresses_and_nothing_reopens_it() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", Outcome.DO_NOT_CONTACT)
    assert life.suppressed == ["do_not_contact"]
    assert life.enrollment.recall is None
    for what in ((f.Replied,), (f.OptedIn,), (f.Clicked,), (f.Answered, Answer.CALL_ME)):
        life.happens("2026-03-02 10:00", *what)
    called(life, "2026-03-03 10:00", Outcome.NOT_READY)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "do_not_contact")


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.VOICEMAIL])
def test_r20_not_reached_is_tried_again_on_the_first_day_the_gap_allows(outcome: Outcome) -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", outcome)
    assert (life.recall_at, life.recall.reason) == ("2026-02-11 07:30", "retry")  # Thu 5 Feb: 6, 9, 10, Wed 11


def test_r20_after_three_tries_the_next_recall_but_silence_runs_on() -> None:
    life = Life(ONE_MONTH)
    for wall in ("2026-02-05 10:00", "2026-02-11 10:00", "2026-02-18 10:00"):
        called(life, wall, Outcome.NO_ANSWER)
    assert (life.recall_at, life.recall.reason) == ("2026-03-18 07:30", "not_ready")
    assert life.enrollment.heard_at == life.enrollment.enrolled_at


def test_r20_the_campaign_may_say_how_many_tries() -> None:
    life = called(Life(campaign(recall=RecallRules(tries=1))), "2026-07-06 10:00", Outcome.NO_ANSWER)
    assert (life.recall_at, life.recall.reason) == ("2027-01-06 07:30", "not_ready")


def test_r20_tries_are_counted_for_one_reason() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", Outcome.NO_ANSWER)
    called(life, "2026-02-11 10:00", Outcome.NO_ANSWER).happens("2026-02-12 10:00", f.Replied)
    # Asked for on Thu 12 Feb: Fri 13 Feb, a new reason. 13 Feb: (16 is a holiday) 17, 18, 19, Fri 20 Feb.
    called(life, "2026-02-13 10:00", Outcome.NO_ANSWER)
    assert (life.recall_at, life.recall.reason) == ("2026-02-20 07:30", "retry")


@pytest.mark.parametrize("outcome", [Outcome.WRONG_PERSON, Outcome.BAD_NUMBER])
def test_r20_a_lost_track_counts_as_three_tries_and_is_a_task(outcome: Outcome) -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", outcome)
    assert life.recall_at == "2026-03-05 07:30"
    assert life.needs == ["right_person"]
    assert life.enrollment.heard_at == life.enrollment.enrolled_at


def test_r20_a_call_before_the_recalls_day_is_only_a_touch() -> None:
    life = called(Life(), "2026-02-04 10:00", Outcome.NO_ANSWER).until("2026-02-28 00:00")
    assert (life.recall_at, life.recall.reason) == ("2026-07-06 07:30", "not_opted_in")
    assert life.days() == ["2026-01-06", "2026-02-10"]  # Wed 4 Feb: 5, 6, 9, Tue 10 Feb


def test_r20_a_call_before_it_that_reached_them_replaces_it() -> None:
    life = called(Life(), "2026-02-04 10:00", Outcome.NOT_READY)
    assert (life.recall_at, life.recall.reason) == ("2026-08-04 07:30", "not_ready")


def test_r20_a_call_on_the_recalls_day_before_its_slot_is_its_call() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 07:00", Outcome.NO_ANSWER).until("2026-02-06 00:00")
    assert (life.recall_at, life.recall.reason) == ("2026-02-11 07:30", "retry")
    assert life.of("recall_due") == []


def test_r20_a_promised_one_is_replaced_on_its_day() -> None:
    life = called(Life(**PROMISE), "2026-03-16 10:00", Outcome.NOT_READY)
    assert (life.recall_at, life.recall.promised) == ("2026-09-16 07:30", False)


@pytest.mark.parametrize("outcome", [Outcome.MEETING_SET, Outcome.NOT_INTERESTED, Outcome.DO_NOT_CONTACT])
def test_r20_an_outcome_that_ends_the_enrollment_ends_a_promise_before_its_day(outcome: Outcome) -> None:
    life = called(Life(**PROMISE), "2026-02-02 10:00", outcome)
    assert life.enrollment.recall is None
    assert len(life.of("recall_cancelled")) == 1


def test_r20_a_recall_called_on_its_day_is_not_cancelled() -> None:
    life = called(Life(ONE_MONTH), "2026-02-05 10:00", Outcome.NOT_INTERESTED)
    assert life.of("recall_cancelled") == []
