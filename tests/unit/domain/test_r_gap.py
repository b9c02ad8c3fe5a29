"""RULES D: the gap between two touches of ours (R22-R24)."""

import pytest

from drip.domain import facts as f
from drip.domain.campaign import RecallRules
from drip.domain.duration import Duration, Unit
from drip.domain.facts import Answer, Outcome
from tests.unit.domain.life import Life, campaign, day

ONE_MONTH = campaign(recall=RecallRules(not_opted_in=Duration(1, Unit.MONTH)))


@pytest.mark.parametrize(
    ("touched", "sent"),
    [
        ("2026-02-02 18:00", "2026-02-06"),  # Monday: 3, 4, 5, Friday
        ("2026-02-03 18:00", "2026-02-09"),  # Tuesday: 4, 5, 6, Monday
        ("2026-02-05 18:00", "2026-02-11"),  # Thursday: 6, 9, 10, Wednesday
        ("2026-02-01 18:00", "2026-02-06"),  # Sunday: 2, 3, 4, 5: Thursday is free
    ],
)
def test_r22_four_business_days_lie_between_two_touches(touched: str, sent: str) -> None:
    life = Life().happens(touched, f.Called, Outcome.NO_ANSWER).until("2026-02-28 00:00")
    assert life.days() == ["2026-01-06", sent]


def test_r22_holidays_are_no_business_days() -> None:
    life = Life(start="2026-01-16 10:00", touched_on=day("2026-01-16"))
    # Fri 16 Jan: (19 is a holiday) 20, 21, 22, Fri 23 Jan.
    assert life.until("2026-01-31 00:00").days() == ["2026-01-23"]


def test_r22_the_campaign_may_say_another_gap() -> None:
    life = Life(campaign(gap=Duration(10, Unit.DAY))).happens("2026-02-02 18:00", f.EmailRecorded)
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-12"]  # Mon 2 Feb + 10 days


def test_r22_an_unpromised_recall_not_yet_due_keeps_the_gap() -> None:
    life = Life(ONE_MONTH).happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-10 07:30"  # Wed 4 Feb: 5, 6, 9, Tue 10 Feb
    assert life.recall.reason == "not_opted_in"


def test_r22_a_recall_that_is_due_stays() -> None:
    life = Life(ONE_MONTH).happens("2026-02-05 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-05 07:30"


def test_r22_a_promised_call_needs_no_gap_before_it() -> None:
    life = Life(promised_on=day("2026-02-05")).happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-05 07:30"


@pytest.mark.parametrize("what", [(f.Replied,), (f.Answered, Answer.CALL_ME)])
def test_r22_nor_does_one_the_prospect_asked_for(what: tuple[type[f.Fact], object]) -> None:
    life = Life().happens("2026-02-04 15:00", *what).happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-05 07:30"


def test_r22_but_one_after_another_answer_does() -> None:
    life = Life().happens("2026-02-04 15:00", f.Answered, Answer.KEEP_OPEN)
    life.happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-10 07:30"


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.NOT_READY, Outcome.VOICEMAIL, Outcome.BAD_NUMBER])
def test_r22_every_call_is_a_touch(outcome: Outcome) -> None:
    life = Life().happens("2026-02-05 10:00", f.Called, outcome).until("2026-02-28 00:00")
    assert life.days() == ["2026-01-06", "2026-02-11"]  # Thu 5 Feb: 6, 9, 10, Wed 11 Feb


def test_r22_an_earlier_touch_does_not_undo_a_later_one() -> None:
    life = Life(touched_on=day("2026-01-08")).happens("2026-01-06 09:00", f.EmailRecorded)
    assert life.enrollment.touched_on == day("2026-01-08")


@pytest.mark.parametrize(
    ("promised", "sent"),
    [
        ("2026-02-12", "2026-02-06"),  # Fri 6 Feb: 9, 10, 11, Thu 12 Feb: the gap is kept
        ("2026-02-11", "2026-02-27"),  # Wed 11 Feb: it waits; 12, 13, 17-20 (6), 23-26 (10), Fri 27 Feb (11)
        ("2026-02-06", "2026-02-24"),  # its day: 9-13 (5), 17-20 (9), 23 (10), Tue 24 Feb (11)
        ("2026-02-05", "2026-02-23"),  # overdue: 6, 9-13 (6), 17-20 (10), Mon 23 Feb (11)
    ],
)
def test_r23_an_email_waits_within_the_gap_before_a_recall_and_on_its_day(promised: str, sent: str) -> None:
    life = Life(promised_on=day(promised)).until("2026-03-01 00:00")
    assert life.days() == ["2026-01-06", sent]


def test_r23_after_the_call_it_waits_only_for_the_gap() -> None:
    life = Life(promised_on=day("2026-02-11")).happens("2026-02-11 08:00", f.Called, Outcome.NOT_READY)
    life.until("2026-03-01 00:00")
    assert life.days() == ["2026-01-06", "2026-02-18"]  # Wed 11 Feb: 12, 13, (16 is a holiday) 17, Wed 18 Feb


def test_r23_the_letter_goes_where_the_call_was_expected_to_be_made() -> None:
    life = Life(promised_on=day("2026-02-11")).until("2026-02-07 00:00")
    assert life.held() == [("2026-02-06", "s2", "recall_near", "2026-02-18")]


def test_r23_even_the_first_letter_follows_the_call() -> None:
    life = Life(promised_on=day("2026-01-07")).until("2026-01-07 00:00")
    # Wed 7 Jan: 8, 9, 12, Tue 13 Jan.
    assert life.held() == [("2026-01-06", "s1", "recall_near", "2026-01-13")]


def test_r23_an_overdue_recall_stays_in_the_queue() -> None:
    life = Life().until("2026-08-31 00:00")
    assert life.days()[-2:] == ["2026-07-21", "2026-08-21"]  # the 11th business day after Mon 6 Jul, and a month
    assert life.recall_at == "2026-07-06 07:30"


def test_r23_the_campaign_may_say_another_limit() -> None:
    rules = RecallRules(overdue_hold=Duration(20, Unit.DAY))
    life = Life(campaign(recall=rules)).until("2026-08-01 00:00")
    assert life.days()[-1] == "2026-07-27"  # Mon 6 Jul + 21 days


def test_r24_the_latest_touch_of_any_campaign_counts() -> None:
    life = Life(touched_on=day("2026-01-02")).until("2026-01-31 00:00")
    assert life.days() == ["2026-01-08"]  # Fri 2 Jan: 5, 6, 7, Thu 8 Jan


def test_r24_an_email_the_rep_records_counts() -> None:
    life = Life().happens("2026-02-04 16:00", f.EmailRecorded).until("2026-02-28 00:00")
    assert life.days() == ["2026-01-06", "2026-02-10"]  # Wed 4 Feb: 5, 6, 9, Tue 10 Feb


def test_r24_even_one_whose_state_takes_no_letters() -> None:
    life = Life().happens("2026-01-20 12:00", f.OptedOut).happens("2026-01-21 12:00", f.EmailRecorded)
    assert life.enrollment.touched_on == day("2026-01-21")
