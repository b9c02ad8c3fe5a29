"""RULES A: enrolling, as far as the domain decides it (R5, R6, R7, R15)."""

import hashlib
from datetime import UTC, datetime

import pytest

from drip.domain import facts as f
from drip.domain.campaign import Campaign, Consent, RecallRules, Step
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from drip.domain.errors import PromiseError
from tests.unit.domain.life import Life, campaign, day

SIX_WEEKS = Duration(6, Unit.WEEK)


def test_r05_an_agreed_interval_replaces_the_campaigns_cadence() -> None:
    life = Life(interval=SIX_WEEKS).until("2026-04-05 00:00")
    # Tue 6 Jan + 42 days = Tue 17 Feb; + 42 days = Tue 31 Mar.
    assert life.days() == ["2026-01-06", "2026-02-17", "2026-03-31"]


def test_r05_an_interval_agreed_later_counts_from_the_last_email() -> None:
    life = Life().happens("2026-02-10 12:00", f.CadenceAgreed, SIX_WEEKS).until("2026-05-05 00:00")
    # Fri 6 Feb + 42 days: 22 to 28 Feb, 20 more = Fri 20 Mar; + 42 days = Fri 1 May.
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-20", "2026-05-01"]


def test_r05_an_interval_agreed_before_the_first_email_leaves_it_where_it_was() -> None:
    life = Life().happens("2026-01-05 12:00", f.CadenceAgreed, SIX_WEEKS).until("2026-02-20 00:00")
    assert life.days() == ["2026-01-06", "2026-02-17"]


def test_r06_an_enrollment_made_by_mistake_counts_nowhere() -> None:
    life = Life().happens("2026-01-20 12:00", f.EndedByMistake, "wrong person")
    assert life.enrollment.state is State.ENDED
    assert not life.enrollment.is_open
    assert life.enrollment.recall is None
    life.happens("2026-02-02 12:00", f.Replied).happens("2026-02-03 12:00", f.OptedIn)
    life.happens("2026-02-04 12:00", f.OptedOut).happens("2026-02-05 12:00", f.HardBounced)
    life.until("2027-12-31 00:00")
    assert life.enrollment.state is State.ENDED
    assert life.days() == ["2026-01-06"]
    assert life.days("recall_due") == []
    assert life.suppressed == []


def test_r06_the_reason_of_a_mistake_is_kept() -> None:
    life = Life().happens("2026-01-20 12:00", f.EndedByMistake, "wrong person")
    assert life.enrollment.closed_reason == "wrong person"
    assert life.reasons("ended") == ["wrong person"]


@pytest.mark.parametrize(
    ("start", "first"),
    [
        ("2026-01-05 10:00", "2026-01-06"),  # Monday -> Tuesday
        ("2026-01-09 23:59", "2026-01-12"),  # Friday -> Monday
        ("2026-01-10 12:00", "2026-01-12"),  # Saturday -> Monday
        ("2026-01-16 10:00", "2026-01-20"),  # Friday -> Monday is Martin Luther King Day -> Tuesday
        ("2026-11-25 10:00", "2026-11-27"),  # Wednesday -> Thursday is Thanksgiving -> Friday
        ("2026-12-24 10:00", "2026-12-28"),  # Thursday -> Friday is Christmas -> Monday
    ],
)
def test_r07_the_first_email_is_due_one_business_day_after_enrollment(start: str, first: str) -> None:
    assert Life(start=start).until("2027-01-10 00:00").days()[0] == first


def test_r07_the_campaign_may_say_another_first_wait() -> None:
    life = Life(campaign(first_after=Duration(2, Unit.WEEK))).until("2026-01-31 00:00")
    assert life.days() == ["2026-01-20"]  # Mon 5 Jan + 14 days = Mon 19 Jan, a holiday


def test_r07_an_own_wait_of_the_first_step_replaces_it() -> None:
    steps = (Step("s1", "l/s1", Duration(3, Unit.DAY)), Step("s2", "l/s2"))
    life = Life(Campaign("Letters", steps)).until("2026-02-28 00:00")
    assert life.days() == ["2026-01-08", "2026-02-09"]  # Thu 8 Jan; 8 Feb is a Sunday


def test_r07_a_first_wait_in_minutes_counts_from_the_moment() -> None:
    life = Life(campaign(first_after=Duration(90, Unit.MINUTE))).until("2026-01-06 00:00")
    # 10:00 + 90 minutes: what is left of the opening are the 330 minutes from 11:30 to 17:00.
    late = int(hashlib.sha256(b"ann@example.com|Letters|1|s1|2026-01-05").hexdigest(), 16) % 330
    minute = 11 * 60 + 30 + late
    assert life.times("email") == [f"2026-01-05 {minute // 60:02}:{minute % 60:02}"]


def test_r14_a_date_that_is_no_business_day_is_refused_at_enrollment() -> None:
    with pytest.raises(PromiseError, match=r"Saturday 2026-03-14.*Monday 2026-03-16"):
        Life(promised_on=day("2026-03-14"))
    with pytest.raises(PromiseError, match=r"a public holiday there.*Tuesday 2026-01-20"):
        Life(promised_on=day("2026-01-19"))
    with pytest.raises(PromiseError, match="past"):
        Life(promised_on=day("2026-01-02"))
    with pytest.raises(PromiseError, match="past"):  # and not: it is a Sunday, the next business day is ...
        Life(promised_on=day("2025-03-02"))


def test_r14_today_may_be_promised() -> None:
    assert Life(promised_on=day("2026-01-05")).recall_at == "2026-01-05 07:30"


def test_r15_a_recall_is_six_months_out() -> None:
    life = Life()
    assert life.recall_at == "2026-07-06 07:30"  # 5 Jul 2026 is a Sunday
    assert life.recall.reason == "not_opted_in"


def test_r15_for_one_who_opted_in_it_is_six_weeks() -> None:
    life = Life(opted_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert life.recall_at == "2026-02-17 07:30"  # Mon 16 Feb is Washington's Birthday
    assert life.recall.reason == "opted_in"


def test_r15_a_promised_date_stands_in_its_place() -> None:
    life = Life(promised_on=day("2026-03-16"), opted_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (life.recall_at, life.recall.reason) == ("2026-03-16 07:30", "promised")


def test_r15_the_campaign_may_say_other_waits() -> None:
    rules = RecallRules(opted_in=Duration(2, Unit.WEEK), not_opted_in=Duration(1, Unit.QUARTER))
    assert Life(campaign(recall=rules)).recall_at == "2026-04-06 07:30"  # 5 Apr is a Sunday
    opted_in = Life(campaign(recall=rules), opted_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert opted_in.recall_at == "2026-01-20 07:30"  # Mon 19 Jan is a holiday


def test_r24_a_touch_by_another_campaign_delays_the_first_email() -> None:
    # A touch on Mon 5 Jan: 6, 7, 8, Fri 9 Jan.
    life = Life(touched_on=day("2026-01-05")).until("2026-01-31 00:00")
    assert life.days() == ["2026-01-09"]
    assert life.held() == [("2026-01-06", "s1", "gap", "2026-01-09")]


def test_r22_the_conversation_that_led_to_the_enrollment_is_no_touch() -> None:
    assert Life().enrollment.touched_on is None


def test_r21_with_consent_opt_in_one_who_opted_in_gets_no_invitation() -> None:
    life = Life(campaign(consent=Consent.OPT_IN), opted_in_at=datetime(2026, 1, 1, tzinfo=UTC))
    life.until("2026-02-07 00:00")
    assert [(one.step, one.n) for one in life.of("email")] == [("s2", 1), ("s3", 2)]
    assert life.days() == ["2026-01-06", "2026-02-06"]
