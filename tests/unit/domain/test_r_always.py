"""RULES G: always: what is asked again, what is told, what is sent once (R36-R42)."""

from datetime import time

import pytest

from drip.domain import facts as f
from drip.domain.campaign import AtEnd, RecallRules, SilenceRules, Window
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.facts import Answer, Outcome
from drip.domain.holds import hold_reason
from drip.domain.plan import plan
from tests.unit.domain.life import Life, campaign, day

ONE_MONTH = campaign(recall=RecallRules(not_opted_in=Duration(1, Unit.MONTH)))
LONG = campaign(silence=SilenceRules(after=Duration(3, Unit.MONTH)))
NOON = "2026-02-06 12:00"  # the Friday on which the second letter is due
What = tuple[object, ...]
UP_AGAIN = Life().moment("2026-02-09 12:00")
HOLDS: list[tuple[str, What, str]] = [
    ("2026-02-04 16:00", (f.EmailRecorded,), "gap"),
    ("2026-02-04 16:00", (f.Called, Outcome.NO_ANSWER), "gap"),
    ("2026-01-20 12:00", (f.CallPromised, day("2026-02-10")), "recall_near"),
    ("2026-01-20 12:00", (f.Paused,), "paused"),
    ("2026-01-20 12:00", (f.Replied,), "replied"),
    ("2026-01-20 12:00", (f.Answered, Answer.CALL_ME), "replied"),
    ("2026-02-03 12:00", (f.AutoReplied,), "auto_reply"),
    ("2026-02-03 12:00", (f.AutoReplied, day("2026-12-31")), "auto_reply"),
    ("2026-02-03 12:00", (f.ColleagueReplied,), "colleague"),
    ("2026-02-06 07:00", (f.MailboxWentDown, UP_AGAIN), "mailbox_down"),
    ("2026-01-20 12:00", (f.OptedOut,), "opted_out"),
]
ENDS: list[tuple[What, str]] = [
    ((f.HardBounced,), "suppressed"),
    ((f.Called, Outcome.DO_NOT_CONTACT), "suppressed"),
    ((f.Called, Outcome.MEETING_SET), "suppressed"),
    ((f.EndedByMistake, "mistake"), "suppressed"),
]


def asked(life: Life, wall: str) -> str | None:
    return hold_reason(life.enrollment, life.terms, life.moment(wall))


@pytest.mark.parametrize(("wall", "what", "reason"), HOLDS)
def test_r36_what_protects_a_person_is_asked_again(wall: str, what: What, reason: str) -> None:
    assert asked(Life().happens(wall, *what), NOON) == reason  # type: ignore[arg-type]


@pytest.mark.parametrize(("what", "reason"), ENDS)
def test_r36_so_is_whether_the_enrollment_still_runs(what: What, reason: str) -> None:
    assert asked(Life().happens("2026-01-20 12:00", *what), NOON) == reason  # type: ignore[arg-type]


def test_r36_and_the_window() -> None:
    life = Life()
    assert asked(life, "2026-01-06 08:00") is None
    assert asked(life, "2026-01-06 16:59") is None
    for wall in ("2026-01-06 07:59", "2026-01-06 17:00", "2026-01-10 12:00", "2026-01-19 12:00"):
        assert asked(life, wall) == "window"


def test_r36_a_mailbox_that_is_up_again_holds_nothing() -> None:
    life = Life().happens("2026-02-05 07:00", f.MailboxWentDown, Life().moment("2026-02-06 12:00"))
    assert asked(life, "2026-02-06 11:59") == "mailbox_down"
    assert asked(life, "2026-02-06 12:00") is None


def test_r36_when_nothing_protects_them_a_letter_may_go() -> None:
    assert asked(Life().until("2026-02-06 00:00"), NOON) is None


@pytest.mark.parametrize(("wall", "what", "reason"), HOLDS)
def test_r37_every_email_not_sent_when_due_has_a_reason(wall: str, what: What, reason: str) -> None:
    life = Life().happens(wall, *what).until("2026-02-07 00:00")  # type: ignore[arg-type]
    assert [row[:3] for row in life.held()] == [("2026-02-06", "s2", reason)]
    assert life.times("held") == ["2026-02-06 08:00"]


def test_r37_moving_to_the_next_opening_is_no_hold() -> None:
    assert Life(start="2026-05-05 10:00").until("2026-06-30 00:00").held() == []  # 6 Jun is a Saturday


def test_r37_it_is_told_once_for_an_email_and_reason() -> None:
    life = Life().happens("2026-02-04 16:00", f.EmailRecorded)
    life.happens("2026-02-09 16:00", f.EmailRecorded).happens("2026-02-12 16:00", f.EmailRecorded)
    # After Thu 12 Feb: 13, (16 is a holiday) 17, 18, Thu 19 Feb.
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-19"]
    assert life.held() == [("2026-02-06", "s2", "gap", "2026-02-10")]


def test_r37_another_reason_is_told_on_the_day_it_was_to_go() -> None:
    life = Life().happens("2026-02-04 16:00", f.EmailRecorded).happens("2026-02-09 12:00", f.Paused)
    life.until("2026-03-31 00:00")
    assert life.held() == [("2026-02-06", "s2", "gap", "2026-02-10"), ("2026-02-10", "s2", "paused", "")]


def test_r37_the_next_email_is_told_of_anew() -> None:
    life = Life().happens("2026-02-04 16:00", f.EmailRecorded).happens("2026-03-05 16:00", f.EmailRecorded)
    life.until("2026-03-31 00:00")
    # Thu 5 Mar: 6, 9, 10, Wed 11 Mar.
    assert life.held() == [("2026-02-06", "s2", "gap", "2026-02-10"), ("2026-03-06", "s3", "gap", "2026-03-11")]


def test_r37_the_same_step_in_the_next_run_is_told_of_anew() -> None:
    life = Life(campaign(1, at_end=AtEnd.REPEAT)).happens("2026-02-04 16:00", f.EmailRecorded)
    life.happens("2026-03-05 16:00", f.EmailRecorded).until("2026-03-31 00:00")
    assert life.held() == [("2026-02-06", "s1", "gap", "2026-02-10"), ("2026-03-06", "s1", "gap", "2026-03-11")]


def test_r37_a_hold_under_another_is_told_when_that_one_ends() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-02-09 12:00", f.Replied)
    assert life.until("2026-02-10 12:00").held() == [("2026-02-06", "s2", "paused", "")]
    life.happens("2026-02-10 12:00", f.Resumed).until("2026-02-28 00:00")
    assert life.held() == [("2026-02-06", "s2", "paused", ""), ("2026-02-10", "s2", "replied", "")]


def test_r37_what_holds_it_after_a_pause_is_told_on_the_same_day() -> None:
    life = Life().happens("2026-02-06 08:01", f.Paused).happens("2026-02-06 10:00", f.EmailRecorded)
    life.happens("2026-02-06 12:00", f.Resumed).until("2026-02-28 00:00")
    # Fri 6 Feb: 9, 10, 11, Thu 12 Feb.
    assert life.held() == [("2026-02-06", "s2", "paused", ""), ("2026-02-06", "s2", "gap", "2026-02-12")]


def test_r37_a_rep_reads_when_the_letter_follows_the_call() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.CallPromised, day("2026-02-09")).until("2026-02-07 00:00")
    assert life.held() == [("2026-02-06", "s2", "recall_near", "2026-02-13")]  # Mon 9 Feb: 10, 11, 12, Fri 13 Feb


def test_r37_of_several_holds_the_longest_is_told() -> None:
    life = Life().happens("2026-02-03 12:00", f.ColleagueReplied).happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.until("2026-02-07 00:00").held() == [("2026-02-06", "s2", "colleague", "2026-02-17")]


def test_r37_a_hold_that_begins_in_the_opening_is_told_as_it_begins() -> None:
    life = Life().happens("2026-02-06 08:01", f.Paused).until("2026-02-07 00:00")
    assert life.days() == ["2026-01-06"]
    assert life.held() == [("2026-02-06", "s2", "paused", "")]


def test_r39_a_letter_is_sent_once() -> None:
    life = Life().until("2026-02-07 00:00")
    life.happens("2026-02-10 12:00", f.EmailSent, "s2").until("2026-03-10 00:00")
    # The second "s2" crossed something; it is a touch, and the drip does not count it.
    assert [(one.step, one.n) for one in life.of("email") if one.n] == [("s1", 1), ("s2", 2), ("s3", 3)]


def test_r39_every_closing_email_has_a_key_of_its_own() -> None:
    life = Life(LONG).until("2026-04-06 00:00")
    following = plan(life.enrollment, life.terms, life.now)
    assert following is not None
    assert following.key == "closing/1"


def test_r40_an_uncertain_letter_is_a_touch_but_not_accepted_and_the_drip_goes_on() -> None:
    life = Life().happens("2026-01-06 09:00", f.EmailSent, "s1", accepted=False).until("2026-02-07 00:00")
    assert life.enrollment.accepted == 1
    assert life.enrollment.sent == 2
    assert life.days() == ["2026-01-06", "2026-02-06"]
    assert life.reasons("email") == ["uncertain", None]
    touched = Life().happens("2026-01-06 09:00", f.EmailSent, "s1", accepted=False)
    assert touched.enrollment.touched_on == day("2026-01-06")


def test_r40_an_uncertain_closing_email_runs_its_time() -> None:
    life = Life(LONG).happens("2026-04-06 08:00", f.EmailSent, "closing/1", accepted=False)
    assert life.until("2026-05-01 00:00").times("file_closed") == ["2026-04-20 23:59"]


def test_r41_the_same_picture_gives_the_same_plan_whenever_it_is_asked() -> None:
    life = Life().until("2026-01-07 00:00")
    first = plan(life.enrollment, life.terms, life.now)
    assert first is not None
    for wall in ("2026-01-20 12:00", "2026-02-05 23:59", "2026-02-06 08:00"):
        assert plan(life.enrollment, life.terms, life.moment(wall)) == first


def test_r41_a_letter_asked_for_late_in_its_opening_goes_at_its_minute() -> None:
    life = Life().until("2026-01-07 00:00")
    first = plan(life.enrollment, life.terms, life.now)
    assert first is not None
    assert plan(life.enrollment, life.terms, life.moment("2026-02-06 16:59")) == first


def test_r41_a_letter_whose_opening_was_missed_goes_in_the_next() -> None:
    life = Life().until("2026-01-07 00:00")
    late = plan(life.enrollment, life.terms, life.moment("2026-02-08 12:00"))
    assert late is not None
    assert late.at.astimezone(life.terms.zone).date() == day("2026-02-09")


def test_r42_a_pause_holds_emails_never_recalls() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.Paused).until("2026-02-28 00:00")
    assert life.times("recall_due") == ["2026-02-05 07:30"]
    assert life.days() == ["2026-01-06"]


def test_r42_nor_does_it_keep_a_recall_from_moving() -> None:
    life = Life(ONE_MONTH).happens("2026-01-20 12:00", f.Paused).happens("2026-02-04 16:00", f.EmailRecorded)
    assert life.recall_at == "2026-02-10 07:30"  # Wed 4 Feb: 5, 6, 9, Tue 10 Feb


def test_r42_a_second_pause_changes_nothing() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-01-21 12:00", f.Paused)
    assert len(life.of("paused")) == 1
    assert life.enrollment.paused_at == life.moment("2026-01-20 12:00")


def test_r42_resuming_what_is_not_paused_tells_nothing() -> None:
    life = Life().happens("2026-01-20 12:00", f.Resumed).happens("2026-01-21 12:00", f.Resolved)
    assert life.of("resumed") == []


def test_a_fact_that_means_nothing_changes_nothing() -> None:
    life = Life().happens("2026-01-20 12:00", f.Called, Outcome.MEETING_SET)
    won = life.enrollment
    for what in ((f.Clicked,), (f.OptedOut,), (f.Paused,), (f.AutoReplied,), (f.ColleagueReplied,), (f.StepSkipped,)):
        life.happens("2026-02-02 12:00", *what)
    assert life.enrollment == won
    assert life.enrollment.state is State.WON


def test_at_equal_times_a_recall_is_told_before_a_hold() -> None:
    life = Life(campaign(window=Window(opens=time(7, 30))), promised_on=day("2026-02-06")).until("2026-02-07 00:00")
    assert [one.what for one in life.told if one.at == life.moment("2026-02-06 07:30")] == ["recall_due", "held"]
