"""RULES E: silence, the closing email and the file (R25-R29)."""

from dataclasses import replace

import pytest

from drip.domain import facts as f
from drip.domain.campaign import Consent, RecallRules, SilenceRules
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.facts import Answer, Outcome
from drip.domain.plan import plan
from drip.domain.silence import silence_wait
from tests.unit.domain.life import Life, campaign, day

THREE_MONTHS = SilenceRules(after=Duration(3, Unit.MONTH))
LONG = campaign(silence=THREE_MONTHS)
# Three letters and then only silence: enrolled on Thu 8 Jan 2026, letters on Fri 9 Jan, Mon 9 Feb and Mon 9 Mar; the
# recall of Fri 13 Mar is overdue beyond its limit on Mon 30 Mar; 8 Jan + 3 months = Wed 8 Apr.
QUIET = campaign(3, silence=THREE_MONTHS)
THURSDAY = "2026-01-08 10:00"
HEARINGS = [
    (f.Replied,),
    (f.OptedIn,),
    (f.Clicked,),
    (f.Answered, Answer.KEEP_OPEN),
    (f.Answered, Answer.CALL_ME),
    (f.Called, Outcome.NOT_READY),
]
What = tuple[type[f.Fact], object]


def quiet() -> Life:
    return Life(QUIET, start=THURSDAY)


def closed_for_silence() -> Life:
    """The closing email on Mon 6 Apr 2026, the file closed on Mon 20 Apr."""
    return Life(LONG).until("2026-04-21 00:00")


@pytest.mark.parametrize("what", HEARINGS)
def test_r25_hearing_starts_the_silence_anew(what: What) -> None:
    life = Life().happens("2026-03-10 12:00", *what)
    assert life.enrollment.heard_at == life.moment("2026-03-10 12:00")
    assert (life.enrollment.silence, life.enrollment.accepted) == (2, 0)


@pytest.mark.parametrize(
    "what",
    [
        (f.AutoReplied,),
        (f.AutoReplied, day("2026-12-31")),
        (f.ColleagueReplied,),
        (f.EmailRecorded,),
        (f.Called, Outcome.NO_ANSWER),
        (f.Called, Outcome.VOICEMAIL),
        (f.Called, Outcome.WRONG_PERSON),
        (f.Paused,),
    ],
)
def test_r25_what_is_not_hearing_does_not(what: What) -> None:
    life = Life().happens("2026-03-10 12:00", *what)
    assert life.enrollment.heard_at == life.enrollment.enrolled_at
    assert life.enrollment.silence == 1


def test_r25_a_soft_bounce_is_not_hearing() -> None:
    life = Life().until("2026-01-07 00:00")
    life.happens("2026-01-07 12:00", f.SoftBounced, 1, life.of("email")[0].at)
    assert life.enrollment.heard_at == life.enrollment.enrolled_at


def test_r25_without_holds_the_silence_is_complete_on_its_day() -> None:
    assert quiet().until("2026-05-01 00:00").days("closing_email") == ["2026-04-08"]


@pytest.mark.parametrize(
    ("holds", "closing"),
    [
        ([("2026-01-20 09:00", "2026-01-20 09:30")], "2026-04-09"),  # a part of one day: Thursday
        ([("2026-01-20 09:00", "2026-01-22 09:00")], "2026-04-13"),  # three days: Sat 11 -> Mon 13 Apr
        ([("2026-01-20 09:00", "2026-01-20 10:00"), ("2026-01-20 15:00", "2026-01-21 08:00")], "2026-04-10"),  # two
        ([("2026-04-07 12:00", "2026-04-08 12:00")], "2026-04-10"),  # the last two days: 9 and 10 Apr instead
        ([("2026-04-08 07:00", "2026-04-08 12:00")], "2026-04-09"),  # the very day
    ],
)
def test_r25_paused_days_do_not_count_as_silence(holds: list[tuple[str, str]], closing: str) -> None:
    life = quiet()
    for paused, resumed in holds:
        life.happens(paused, f.Paused).happens(resumed, f.Resumed)
    assert life.until("2026-05-01 00:00").days("closing_email") == [closing]


def test_r25_nor_days_held_for_an_absence() -> None:
    # Back on Wed 21 Jan, on again on Thu 22 Jan: 20 and 21 Jan are held.
    life = quiet().happens("2026-01-20 09:00", f.AutoReplied, day("2026-01-21"))
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-10"]


def test_r25_nor_days_waiting_for_the_rep() -> None:
    life = quiet().happens("2026-01-20 09:00", f.AutoReplied, day("2026-12-31")).happens("2026-01-21 09:00", f.Resolved)
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-10"]


def test_r25_nor_days_waiting_after_a_reply() -> None:
    # Heard on Tue 13 Jan: + 3 months = Mon 13 Apr; 14 and 15 Jan are held too: Wed 15 Apr.
    life = quiet().happens("2026-01-13 09:00", f.Replied).happens("2026-01-14 07:45", f.Called, Outcome.NO_ANSWER)
    for wall in ("2026-01-21 08:00", "2026-01-27 08:00"):
        life.happens(wall, f.Called, Outcome.NO_ANSWER)
    held = life.happens("2026-01-28 09:00", f.Resolved).until("2026-06-01 00:00").days("closing_email")
    # 14 to 28 Jan are 15 held days: Mon 13 Apr + 15 = Tue 28 Apr.
    assert held == ["2026-04-28"]


def test_r25_days_held_twice_count_once() -> None:
    life = quiet().happens("2026-01-20 09:00", f.Paused).happens("2026-01-20 10:00", f.AutoReplied, day("2026-01-21"))
    life.happens("2026-01-21 09:00", f.Resumed)
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-10"]


def test_r25_days_held_for_a_colleague_or_a_mailbox_count_as_silence() -> None:
    life = quiet().happens("2026-01-20 09:00", f.ColleagueReplied)
    life.happens("2026-03-11 09:00", f.MailboxWentDown, life.moment("2026-03-13 09:00"))
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-08"]


@pytest.mark.parametrize(
    ("interval", "months"),
    [
        (Duration(1, Unit.MONTH), 8),
        (Duration(2, Unit.MONTH), 8),
        (Duration(12, Unit.WEEK), 8),
        (Duration(60, Unit.DAY), 8),
        (Duration(1, Unit.QUARTER), 15),
        (Duration(3, Unit.MONTH), 15),
        (Duration(1, Unit.YEAR), 15),
        (Duration(100, Unit.DAY), 15),
    ],
)
def test_r26_a_silence_is_eight_months_or_fifteen(interval: Duration, months: int) -> None:
    declared = Life(campaign(cadence=interval))
    assert silence_wait(declared.enrollment, declared.terms) == Duration(months, Unit.MONTH)
    agreed = Life(interval=interval)
    assert silence_wait(agreed.enrollment, agreed.terms) == Duration(months, Unit.MONTH)


def test_r26_the_campaign_may_say_another_silence() -> None:
    life = Life(LONG, interval=Duration(1, Unit.QUARTER))
    assert silence_wait(life.enrollment, life.terms) == Duration(3, Unit.MONTH)


def test_r26_eight_months_of_silence_bring_the_closing_email() -> None:
    # 5 Jan + 8 months = Sat 5 Sep; Mon 7 Sep is Labor Day.
    assert Life().until("2026-12-31 00:00").days("closing_email") == ["2026-09-08"]


def test_r26_three_value_emails_must_have_been_accepted() -> None:
    life = Life(replace(LONG, cadence=Duration(2, Unit.MONTH), recall=RecallRules(not_opted_in=Duration(1, Unit.YEAR))))
    # Tue 6 Jan, Fri 6 Mar, Wed 6 May: the third one; the gap after it: 7, 8, 11, Tue 12 May.
    assert life.until("2026-07-01 00:00").days("closing_email") == ["2026-05-12"]


def test_r26_an_uncertain_one_does_not_count() -> None:
    life = Life(replace(LONG, recall=RecallRules(not_opted_in=Duration(1, Unit.YEAR))))
    life.happens("2026-01-06 08:00", f.EmailSent, "s1", accepted=False)
    # Fri 6 Feb, Fri 6 Mar, Mon 6 Apr is the third; 7, 8, 9, Fri 10 Apr.
    assert life.until("2026-07-01 00:00").days("closing_email") == ["2026-04-10"]


def test_r26_nor_does_one_that_bounced() -> None:
    life = Life(replace(LONG, recall=RecallRules(not_opted_in=Duration(1, Unit.YEAR)))).until("2026-01-07 00:00")
    life.happens("2026-01-07 12:00", f.SoftBounced, 1, life.of("email")[0].at)
    assert life.until("2026-07-01 00:00").days("closing_email") == ["2026-04-10"]


def test_r26_only_those_since_we_last_heard_count() -> None:
    life = Life(replace(LONG, recall=RecallRules(not_opted_in=Duration(1, Unit.YEAR))))
    life.happens("2026-02-10 12:00", f.Clicked)
    # 10 Feb + 3 months = Sun 10 May; letters since: Fri 6 Mar, Mon 6 Apr, Wed 6 May; 7, 8, 11, Tue 12 May.
    assert life.until("2026-07-01 00:00").days("closing_email") == ["2026-05-12"]


def test_r26_fewer_are_enough_when_no_more_are_to_come() -> None:
    life = Life(replace(QUIET, steps=QUIET.steps[:1]), start=THURSDAY)
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-08"]


def test_r26_an_invitation_without_an_answer_is_the_last_to_come() -> None:
    life = Life(replace(LONG, consent=Consent.OPT_IN), start=THURSDAY)
    assert life.until("2026-05-01 00:00").days("closing_email") == ["2026-04-08"]


def test_r26_an_open_promise_holds_it_for_good() -> None:
    life = Life(QUIET, start=THURSDAY, promised_on=day("2026-06-15")).until("2026-12-31 00:00")
    assert life.days("closing_email") == []


@pytest.mark.parametrize(
    ("days", "closing"),
    [
        # 20 business days after Wed 8 Apr: 9, 10 (2), 13-17 (7), 20-24 (12), 27-1 May (17), 4, 5, Wed 6 May (20).
        (119, "2026-04-08"),  # 8 Jan + 119 days = Thu 7 May
        (118, "2026-05-21"),  # Wed 6 May; its 11th business day: 7, 8 (2), 11-15 (7), 18-20 (10), Thu 21 May
    ],
)
def test_r26_a_recall_due_in_the_next_twenty_business_days_holds_it(days: int, closing: str) -> None:
    rules = RecallRules(not_opted_in=Duration(days, Unit.DAY))
    life = Life(replace(LONG, recall=rules), start=THURSDAY).until("2026-06-01 00:00")
    assert life.days("closing_email") == [closing]


def test_r26_that_is_asked_of_the_day_it_goes() -> None:
    # Due on Wed 8 Apr, free of the letter of Mon 6 Apr on Fri 10 Apr. 20 business days after the 8th are Wed 6 May,
    # after the 10th Fri 8 May: the recall's day, 5 Jan + 123 days.
    rules = RecallRules(not_opted_in=Duration(123, Unit.DAY))
    life = Life(campaign(silence=SilenceRules(after=Duration(93, Unit.DAY)), recall=rules)).until("2026-06-30 00:00")
    # The 11th business day after Fri 8 May: 11-15 (5), 18-22 (10), 25 is Memorial Day, Tue 26 May.
    assert life.days("closing_email") == ["2026-05-26"]


def test_r26_an_overdue_recall_holds_it_for_good_when_it_was_asked_for() -> None:
    life = Life(LONG).happens("2026-01-13 09:00", f.Replied).happens("2026-01-14 09:00", f.Resolved)
    assert life.until("2026-11-30 00:00").days("closing_email") == []
    assert len(life.days()) == 11, "the letters go on"


def test_r26_one_that_follows_three_failed_tries_holds_it_only_by_the_gap() -> None:
    # Mon 5 Jan + 41 days = Sun 15 Feb -> Tue 17 Feb (Monday is a holiday); tried on 17, 23 and 27 Feb;
    # 27 Feb + 41 days = Thu 9 Apr.
    life = Life(replace(LONG, recall=RecallRules(not_opted_in=Duration(41, Unit.DAY))))
    for wall in ("2026-02-17 10:00", "2026-02-23 10:00", "2026-02-27 10:00"):
        life.happens(wall, f.Called, Outcome.NO_ANSWER)
    assert life.recall_at == "2026-04-09 07:30"
    life.until("2026-05-31 00:00")
    # Due on Mon 6 Apr: the gap would end on Fri 10 Apr. It may follow the call on 10, 13, 14, Wed 15 Apr.
    assert ("2026-04-06", "closing", "recall_near", "2026-04-15") in life.held()
    # Nobody calls: the 11th business day after Thu 9 Apr: 10, 13-17 (6), 20-23 (10), Fri 24 Apr.
    assert life.days("closing_email") == ["2026-04-24"]


def test_r26_it_takes_the_place_of_a_value_email_in_the_same_opening() -> None:
    life = Life(LONG).until("2026-04-10 00:00")  # both due on Mon 6 Apr
    assert life.days("closing_email") == ["2026-04-06"]
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-06"]


def test_r26_it_keeps_the_gap() -> None:
    life = Life(campaign(silence=SilenceRules(after=Duration(93, Unit.DAY)))).until("2026-05-01 00:00")
    assert life.days("closing_email") == ["2026-04-10"]  # due on Wed 8 Apr, a letter on Mon 6 Apr


def test_r26_the_rep_is_told_of_both_that_wait_for_one_opening() -> None:
    life = Life(campaign(silence=SilenceRules(after=Duration(93, Unit.DAY))))
    life.happens("2026-04-03 16:00", f.EmailRecorded).until("2026-05-01 00:00")
    # A letter is due on Mon 6 Apr, the closing email on Wed 8 Apr; after Fri 3 Apr: 6, 7, 8, Thu 9 Apr.
    assert life.held() == [("2026-04-06", "s4", "gap", "2026-04-09"), ("2026-04-08", "closing", "gap", "2026-04-09")]
    assert life.days("closing_email") == ["2026-04-09"]


def test_r26_it_is_sent_once_per_silence() -> None:
    life = Life(LONG).until("2027-06-30 00:00")
    assert len(life.of("closing_email")) == 1
    again = Life(LONG).happens("2026-04-08 12:00", f.Answered, Answer.KEEP_OPEN).until("2026-07-08 00:00")
    following = plan(again.enrollment, again.terms, again.now)
    assert following is not None
    assert following.key == "closing/2"


def test_r26_a_campaign_may_have_none() -> None:
    life = Life(campaign(2, silence=SilenceRules(closing=None))).until("2028-01-01 00:00")
    assert life.days("closing_email") == []
    assert life.enrollment.state is State.COMPLETED


def test_r26_while_a_hold_lasts_it_is_not_due() -> None:
    life = quiet().happens("2026-04-07 12:00", f.Paused).until("2026-06-01 00:00")
    assert life.days("closing_email") == []
    assert [row for row in life.held() if row[1] == "closing"] == []


def test_r28_after_it_no_more_value_emails() -> None:
    life = Life(LONG).until("2028-01-01 00:00")
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-06"]


def test_r28_no_answer_by_the_tenth_business_day_closes_the_file() -> None:
    life = Life(LONG).until("2026-05-01 00:00")
    # After Mon 6 Apr: 7-10 (4), 13-17 (9), Mon 20 Apr (10).
    assert life.times("file_closed") == ["2026-04-20 23:59"]
    assert life.reasons("file_closed") == life.reasons("recall_cancelled") == ["silence"]
    assert (life.enrollment.state, life.enrollment.recall) == (State.CLOSED, None)


def test_r28_the_campaign_may_say_another_time() -> None:
    silence = SilenceRules(after=Duration(3, Unit.MONTH), grace=Duration(5, Unit.DAY))
    assert Life(campaign(silence=silence)).until("2026-05-01 00:00").times("file_closed") == ["2026-04-11 23:59"]


def test_r28_held_days_do_not_count_in_it() -> None:
    life = Life(LONG).happens("2026-04-08 09:00", f.Paused).happens("2026-04-09 09:00", f.Resumed)
    # 7, 10 (2), 13-17 (7), 20, 21, Wed 22 Apr (10).
    assert life.until("2026-05-01 00:00").times("file_closed") == ["2026-04-22 23:59"]


def test_r28_it_does_not_close_while_a_hold_lasts() -> None:
    life = Life(LONG).happens("2026-04-08 09:00", f.Paused).until("2026-12-31 00:00")
    assert life.enrollment.state is State.CLOSING


def test_r28_an_absence_holds_it_too() -> None:
    # Back on Fri 10 Apr, on again on Mon 13 Apr: 8 to 12 Apr are held. 7 (1), 13-17 (6), 20-23 (10).
    life = Life(LONG).happens("2026-04-08 09:00", f.AutoReplied, day("2026-04-10"))
    assert life.until("2026-05-01 00:00").times("file_closed") == ["2026-04-23 23:59"]


def test_r28_close_it_closes_at_once() -> None:
    life = Life(LONG).happens("2026-04-08 12:00", f.Answered, Answer.CLOSE_FILE)
    assert (life.enrollment.state, life.enrollment.closed_reason) == (State.CLOSED, "declined")
    assert life.enrollment.recall is None


def test_r28_a_closing_email_that_bounced_runs_no_time_and_the_recall_is_now() -> None:
    life = Life(LONG).until("2026-04-06 18:00")
    life.happens("2026-04-06 18:00", f.SoftBounced, None, life.of("closing_email")[0].at).until("2026-12-31 00:00")
    assert life.enrollment.state is State.CLOSING
    assert (life.recall_at, life.recall.reason) == ("2026-04-10 07:30", "closing_bounced")


def test_r28_a_closing_email_that_never_left_counts_as_bounced() -> None:
    life = Life(LONG).happens("2026-04-06 08:00", f.EmailDropped, "closing/1", "content").until("2026-12-31 00:00")
    assert life.enrollment.state is State.CLOSING
    assert life.recall.reason == "closing_bounced"
    assert life.days("closing_email") == []


@pytest.mark.parametrize("what", HEARINGS)
@pytest.mark.parametrize("wall", ["2026-04-08 12:00", "2026-05-11 12:00"], ids=["before it closed", "after"])
def test_r29_any_hearing_opens_the_file_again(wall: str, what: What) -> None:
    life = Life(LONG).happens(wall, *what)
    assert life.enrollment.state is State.DRIPPING
    assert life.enrollment.closed_reason is None
    assert life.enrollment.heard_at == life.moment(wall)
    assert len(life.of("reopened")) == 1


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ((f.Clicked,), "closing_answer"),
        ((f.OptedIn,), "opted_in"),
        ((f.Answered, Answer.KEEP_OPEN), "closing_answer"),
        ((f.Answered, Answer.CALL_ME), "asked"),
        ((f.Replied,), "replied"),
    ],
)
def test_r29_the_recall_is_now(what: What, reason: str) -> None:
    life = closed_for_silence().happens("2026-05-11 12:00", *what)
    assert (life.recall_at, life.recall.reason) == ("2026-05-12 07:30", reason)


@pytest.mark.parametrize("what", [(f.OptedIn,), (f.Clicked,), (f.Answered, Answer.KEEP_OPEN)])
def test_r29_the_drip_goes_on_where_it_stopped(what: What) -> None:
    life = closed_for_silence().happens("2026-05-11 12:00", *what)
    life.happens("2026-05-12 09:00", f.Called, Outcome.NOT_READY).until("2026-05-31 00:00")
    # The call on Tue 12 May is a touch: 13, 14, 15, Mon 18 May.
    assert life.days()[3:] == ["2026-05-18"]
    assert [(one.step, one.n) for one in life.of("email")][3:] == [("s4", 4)]


@pytest.mark.parametrize("what", [(f.Replied,), (f.Answered, Answer.CALL_ME)])
def test_r29_after_a_reply_or_call_me_it_waits_for_the_rep(what: What) -> None:
    life = closed_for_silence().happens("2026-05-11 12:00", *what).until("2026-12-31 00:00")
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-06"]


def test_r29_a_campaign_that_had_completed_has_completed() -> None:
    life = quiet().until("2026-05-01 00:00").happens("2026-05-11 12:00", f.Clicked)
    assert life.enrollment.state is State.COMPLETED


@pytest.mark.parametrize("what", HEARINGS)
@pytest.mark.parametrize(
    "end", [(f.OptedOut,), (f.Complained,), (f.Called, Outcome.DO_NOT_CONTACT)], ids=["opt-out", "complaint", "never"]
)
def test_r29_not_after_an_opt_out_or_do_not_contact(end: What, what: What) -> None:
    life = Life(LONG).happens("2026-04-08 12:00", *end).happens("2026-05-11 12:00", *what)
    assert life.enrollment.state is State.CLOSED
    assert life.of("reopened") == []


@pytest.mark.parametrize("what", HEARINGS)
def test_r29_a_file_closed_as_declined_opens_again(what: What) -> None:
    life = Life().happens("2026-02-02 12:00", f.Called, Outcome.NOT_INTERESTED).happens("2026-05-11 12:00", *what)
    assert life.enrollment.state is State.DRIPPING
