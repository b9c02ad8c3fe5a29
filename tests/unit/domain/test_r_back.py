"""RULES F: what comes back: replies, absences, bounces, opt-outs, colleagues (R30-R34)."""

import pytest

from drip.domain import facts as f
from drip.domain.campaign import RecallRules, SilenceRules
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.facts import Answer, Outcome
from tests.unit.domain.life import Life, campaign, day

ONE_MONTH = campaign(recall=RecallRules(not_opted_in=Duration(1, Unit.MONTH)))
LONG = campaign(silence=SilenceRules(after=Duration(3, Unit.MONTH)))
What = tuple[type[f.Fact], object]


def bounced(life: Life, n: int, wall: str) -> Life:
    life.until(wall)
    return life.happens(wall, f.SoftBounced, n, life.of("email")[n - 1].at)


@pytest.mark.parametrize("what", [(f.Replied,), (f.Answered, Answer.CALL_ME)])
def test_r30_a_reply_or_call_me_stops_the_drip(what: What) -> None:
    life = Life().happens("2026-01-20 12:00", *what).until("2026-12-31 00:00")
    assert life.days() == ["2026-01-06"]


def test_r30_until_the_rep_has_dealt_with_it() -> None:
    life = Life().happens("2026-01-20 12:00", f.Replied).happens("2026-01-22 12:00", f.Resolved)
    # The call of Wed 21 Jan is overdue until its 11th business day: 22, 23, 26-30 (7), 2-4 (10), Thu 5 Feb.
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-06"]


@pytest.mark.parametrize("outcome", [Outcome.NOT_READY, Outcome.PROMISED])
def test_r30_a_call_that_reached_them_deals_with_it(outcome: Outcome) -> None:
    on = day("2026-06-15") if outcome is Outcome.PROMISED else None
    life = Life().happens("2026-01-20 12:00", f.Replied).happens("2026-01-21 08:00", f.Called, outcome, on)
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-06"]
    assert life.days("resumed") == ["2026-01-21"]


def test_r30_a_call_that_did_not_reach_them_does_not() -> None:
    life = Life().happens("2026-01-20 12:00", f.Replied).happens("2026-01-21 08:00", f.Called, Outcome.VOICEMAIL)
    assert life.until("2026-12-31 00:00").days() == ["2026-01-06"]


def test_r30_it_is_the_reps_task() -> None:
    assert Life().happens("2026-01-20 12:00", f.Replied).needs == ["reply"]
    assert Life().happens("2026-01-20 12:00", f.Answered, Answer.CALL_ME).needs == ["asked"]


def test_r30_resuming_a_pause_does_not_deal_with_it() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-01-20 13:00", f.Replied)
    life.happens("2026-01-21 12:00", f.Resumed)
    assert life.until("2026-12-31 00:00").days() == ["2026-01-06"]


def test_r30_dealing_with_it_does_not_end_a_pause() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-01-20 13:00", f.Replied)
    life.happens("2026-01-21 12:00", f.Resolved)
    assert life.until("2026-12-31 00:00").days() == ["2026-01-06"]


@pytest.mark.parametrize(
    ("back_on", "sent"),
    [
        ("2026-02-10", "2026-02-11"),  # Tuesday -> Wednesday
        ("2026-02-13", "2026-02-17"),  # Friday -> Monday is Washington's Birthday -> Tuesday
        ("2026-02-14", "2026-02-17"),  # Saturday
        (None, "2026-02-17"),  # Tue 3 Feb + 14 days
        ("2026-05-04", "2026-05-05"),  # the 90th day after 3 Feb
    ],
)
def test_r31_an_absence_holds_the_drip(back_on: str | None, sent: str) -> None:
    life = Life().happens("2026-02-03 12:00", f.AutoReplied, day(back_on) if back_on else None)
    assert life.until("2026-05-31 00:00").days()[:2] == ["2026-01-06", sent]


def test_r31_it_goes_on_at_the_same_step() -> None:
    life = Life().happens("2026-02-03 12:00", f.AutoReplied).until("2026-02-28 00:00")
    assert [one.step for one in life.of("email")] == ["s1", "s2"]


def test_r31_a_return_more_than_ninety_days_away_waits_for_the_rep() -> None:
    life = Life().happens("2026-02-03 12:00", f.AutoReplied, day("2026-05-05")).until("2026-06-30 00:00")
    assert life.days() == ["2026-01-06"]
    assert life.recall_at == "2026-07-06 07:30"
    life.happens("2026-06-30 09:00", f.Resolved).until("2026-07-01 00:00")
    assert life.days() == ["2026-01-06"], "the recall of Mon 6 Jul is near"


def test_r31_a_return_that_is_over_holds_nothing() -> None:
    life = Life().happens("2026-02-05 12:00", f.AutoReplied, day("2026-02-02"))
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-06"]


def test_r31_of_two_absences_the_later_end_counts() -> None:
    life = Life().happens("2026-02-03 12:00", f.AutoReplied, day("2026-02-19"))
    life.happens("2026-02-04 12:00", f.AutoReplied, day("2026-02-05"))
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-20"]


def test_r31_no_task_and_no_pause() -> None:
    life = Life().happens("2026-02-03 12:00", f.AutoReplied)
    assert life.needs == []
    assert life.of("paused") == []


@pytest.mark.parametrize(
    ("wall", "recall"),
    [
        ("2026-02-04 12:00", "2026-02-18 07:30"),  # not yet due: Wed 4 Feb + 14 days
        ("2026-02-05 12:00", "2026-02-05 07:30"),  # due already
    ],
)
def test_r31_an_unpromised_recall_not_yet_due_waits_for_its_end(wall: str, recall: str) -> None:
    assert Life(ONE_MONTH).happens(wall, f.AutoReplied).recall_at == recall


def test_r31_one_they_asked_for_waits_as_well() -> None:
    life = Life().happens("2026-02-04 12:00", f.Replied).happens("2026-02-04 13:00", f.AutoReplied)
    assert life.recall_at == "2026-02-18 07:30"


def test_r31_a_promised_one_does_not() -> None:
    life = Life(promised_on=day("2026-02-05")).happens("2026-02-04 12:00", f.AutoReplied)
    assert life.recall_at == "2026-02-05 07:30"


def test_r32_a_hard_bounce_ends_the_enrollment_and_suppresses_the_address() -> None:
    life = Life().happens("2026-01-07 12:00", f.HardBounced).until("2027-12-31 00:00")
    assert life.enrollment.state is State.UNDELIVERABLE
    assert life.suppressed == ["hard_bounce"]
    assert life.needs == ["new_address"]
    assert life.days() == ["2026-01-06"]


def test_r32_the_recall_stays_and_no_other_follows_it() -> None:
    life = Life(ONE_MONTH).happens("2026-01-07 12:00", f.HardBounced).until("2026-02-05 09:00")
    assert life.times("recall_due") == ["2026-02-05 07:30"]
    assert life.happens("2026-02-05 10:00", f.Called, Outcome.NOT_READY).enrollment.recall is None


def test_r32_nor_after_its_last_try() -> None:
    life = Life(ONE_MONTH).happens("2026-01-07 12:00", f.HardBounced)
    for wall in ("2026-02-05 10:00", "2026-02-11 10:00", "2026-02-18 10:00"):
        assert life.enrollment.recall is not None
        life.happens(wall, f.Called, Outcome.NO_ANSWER)
    assert life.enrollment.recall is None
    assert life.enrollment.state is State.UNDELIVERABLE


def test_r32_but_a_promised_one_may() -> None:
    life = Life(ONE_MONTH).happens("2026-01-07 12:00", f.HardBounced)
    life.happens("2026-02-05 10:00", f.Called, Outcome.PROMISED, day("2026-03-16"))
    assert (life.recall_at, life.recall.promised) == ("2026-03-16 07:30", True)


def test_r32_nothing_that_is_heard_brings_letters_back() -> None:
    life = Life().happens("2026-01-07 12:00", f.HardBounced)
    for what in ((f.Clicked,), (f.OptedIn,), (f.Answered, Answer.KEEP_OPEN)):
        life.happens("2026-02-02 12:00", *what)
    assert life.until("2027-12-31 00:00").days() == ["2026-01-06"]


def test_r32_soft_bounces_in_three_steps_running_count_as_a_hard_one() -> None:
    life = Life()
    for n, wall in enumerate(("2026-01-07 12:00", "2026-02-07 12:00", "2026-03-07 12:00"), start=1):
        assert life.enrollment.state is State.DRIPPING
        bounced(life, n, wall)
    assert life.enrollment.state is State.UNDELIVERABLE
    assert life.needs == ["new_address"]


def test_r32_two_of_one_letter_count_once() -> None:
    life = bounced(bounced(Life(), 1, "2026-01-07 12:00"), 1, "2026-01-08 12:00")
    assert bounced(life, 2, "2026-02-07 12:00").enrollment.state is State.DRIPPING


def test_r32_a_letter_that_bounced_twice_does_not_break_the_row() -> None:
    life = bounced(bounced(Life(), 1, "2026-01-07 12:00"), 2, "2026-02-07 12:00")
    bounced(bounced(life, 2, "2026-02-08 12:00"), 3, "2026-03-07 12:00")
    assert life.enrollment.state is State.UNDELIVERABLE


def test_r32_one_that_arrived_breaks_the_row() -> None:
    life = bounced(bounced(Life(), 1, "2026-01-07 12:00"), 2, "2026-02-07 12:00")
    bounced(bounced(life, 4, "2026-04-07 12:00"), 5, "2026-05-07 12:00")
    assert life.enrollment.state is State.DRIPPING


@pytest.mark.parametrize(("what", "reason"), [(f.OptedOut, "opted_out"), (f.Complained, "complaint")])
def test_r33_an_opt_out_or_a_complaint_ends_all_letters(what: type[f.Fact], reason: str) -> None:
    life = Life().happens("2026-01-20 12:00", what).until("2027-12-31 00:00")
    assert life.suppressed == [reason]
    assert life.days() == ["2026-01-06"]
    assert life.days("closing_email") == []


def test_r33_an_address_suppressed_by_hand_too() -> None:
    life = Life().happens("2026-01-20 12:00", f.Suppressed, "asked by phone").until("2027-12-31 00:00")
    assert life.suppressed == ["asked by phone"]
    assert life.days() == ["2026-01-06"]


def test_r33_the_recall_stays() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut).until("2026-02-06 00:00")
    assert life.times("recall_due") == ["2026-02-05 07:30"]
    assert life.enrollment.is_open


@pytest.mark.parametrize("outcome", [Outcome.NOT_READY, Outcome.NOT_INTERESTED, Outcome.WRONG_PERSON])
def test_r33_the_file_closes_with_that_recalls_outcome(outcome: Outcome) -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut).happens("2026-02-05 10:00", f.Called, outcome)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "opted_out")
    assert life.enrollment.recall is None


def test_r33_or_its_last_try() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut)
    for wall in ("2026-02-05 10:00", "2026-02-11 10:00", "2026-02-18 10:00"):
        assert life.enrollment.state is State.OPTED_OUT
        life.happens(wall, f.Called, Outcome.NO_ANSWER)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "opted_out")


def test_r33_with_a_promised_call_the_outcome_of_that_one() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut)
    life.happens("2026-02-05 10:00", f.Called, Outcome.PROMISED, day("2026-03-16"))
    assert life.enrollment.state is State.OPTED_OUT
    life.happens("2026-03-16 10:00", f.Called, Outcome.NOT_READY)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "opted_out")


def test_r33_a_meeting_still_wins() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.OptedOut)
    assert life.happens("2026-02-05 10:00", f.Called, Outcome.MEETING_SET).enrollment.state is State.WON


def test_r33_after_a_closing_email_it_closes_at_once_as_declined() -> None:
    life = Life(LONG).happens("2026-04-08 12:00", f.OptedOut)
    assert life.enrollment.state is State.CLOSED
    assert life.reasons("file_closed") == ["declined"]
    assert life.enrollment.recall is None


@pytest.mark.parametrize("what", [(f.OptedOut,), (f.Answered, Answer.CLOSE_FILE)])
def test_r33_but_a_promise_stays(what: What) -> None:
    life = Life(LONG).happens("2026-04-07 12:00", f.CallPromised, day("2026-05-04"))
    assert life.happens("2026-04-08 12:00", *what).recall_at == "2026-05-04 07:30"


def test_r33_and_ends_with_its_call() -> None:
    life = Life(LONG).happens("2026-04-07 12:00", f.CallPromised, day("2026-05-04"))
    life.happens("2026-04-08 12:00", f.OptedOut).happens("2026-05-04 10:00", f.Called, Outcome.NOT_READY)
    assert life.enrollment.recall is None
    assert life.enrollment.state is State.CLOSED


def test_r33_an_undeliverable_file_remembers_it() -> None:
    life = Life().happens("2026-01-07 12:00", f.HardBounced).happens("2026-01-20 12:00", f.OptedOut)
    assert life.suppressed == ["hard_bounce", "opted_out"]
    assert life.happens("2026-02-02 12:00", f.OptedIn).needs == ["new_address", "opt_in_after_opt_out"]


def test_r33_an_opt_out_after_the_file_was_closed_keeps_it_closed() -> None:
    life = Life(LONG).happens("2026-05-04 12:00", f.OptedOut).happens("2026-05-11 12:00", f.Replied)
    assert life.suppressed == ["opted_out"]
    assert life.enrollment.state is State.CLOSED


def test_r33_an_opt_out_ends_a_pause_and_a_wait() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-01-21 12:00", f.Replied)
    life.happens("2026-01-22 12:00", f.OptedOut)
    assert (life.enrollment.paused_at, life.enrollment.waiting_for) == (None, None)


def test_r34_a_colleagues_reply_holds_until_the_fourteenth_day() -> None:
    life = Life().happens("2026-02-03 12:00", f.ColleagueReplied).until("2026-03-31 00:00")
    # Tue 3 Feb + 14 days = Tue 17 Feb, the new anchor.
    assert life.days() == ["2026-01-06", "2026-02-17", "2026-03-17"]
    assert life.needs == ["colleague_replied"]


def test_r34_it_moves_no_recall_and_holds_no_drip_beyond_that() -> None:
    life = Life(ONE_MONTH).happens("2026-02-03 12:00", f.ColleagueReplied)
    assert life.recall_at == "2026-02-05 07:30"


def test_r34_of_two_colleagues_the_later_counts() -> None:
    life = Life().happens("2026-02-03 12:00", f.ColleagueReplied).happens("2026-02-05 12:00", f.ColleagueReplied)
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-19"]
