"""RULES B: the drip: cadence, anchor, window, spread, waits and the end (R7-R12, R21)."""

import hashlib
from datetime import time

import pytest

from drip.domain import facts as f
from drip.domain.campaign import AtEnd, Campaign, Consent, Step, Window
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import State
from tests.unit.domain.life import Life, campaign

EVERY_DAY = Window(days=frozenset(range(7)))


def test_r07_a_quarterly_cadence_is_three_months() -> None:
    life = Life(campaign(cadence=Duration(1, Unit.QUARTER))).until("2026-07-01 00:00")
    assert life.days() == ["2026-01-06", "2026-04-06"]


def test_r07_a_cadence_of_days_is_counted_in_days() -> None:
    life = Life(campaign(cadence=Duration(10, Unit.DAY))).until("2026-02-12 00:00")
    # Tue 6 Jan, Fri 16 Jan, Mon 26 Jan, Thu 5 Feb.
    assert life.days() == ["2026-01-06", "2026-01-16", "2026-01-26", "2026-02-05"]


def test_r08_month_ends_are_counted_from_the_anchor() -> None:
    life = Life(campaign(first_after=Duration(1, Unit.DAY), window=EVERY_DAY), start="2026-01-30 10:00")
    life.until("2026-06-01 00:00")
    assert life.days() == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_r08_a_nominal_day_on_a_weekend_does_not_drift() -> None:
    life = Life(start="2026-05-05 10:00").until("2026-10-20 00:00")
    # Wed 6 May; 6 Jun is a Saturday -> Mon 8 Jun; then Mon 6 Jul, not the 8th.
    assert life.days()[:3] == ["2026-05-06", "2026-06-08", "2026-07-06"]


def test_r08_the_day_of_the_first_email_is_the_anchor() -> None:
    # Friday 13 Feb 2026 -> Mon 16 Feb is a holiday -> Tue 17 Feb; then 17 Mar, 17 Apr.
    life = Life(start="2026-02-13 10:00").until("2026-04-20 00:00")
    assert life.days() == ["2026-02-17", "2026-03-17", "2026-04-17"]


def test_r09_a_nominal_time_outside_the_window_moves_to_the_next_opening() -> None:
    window = Window(days=frozenset({1, 3}), opens=time(9, 30), closes=time(11))
    life = Life(campaign(window=window)).until("2026-04-08 00:00")
    # Tuesdays and Thursdays: Tue 6 Jan; Fri 6 Feb -> Tue 10 Feb; Fri 6 Mar -> Tue 10 Mar; Mon 6 Apr -> Tue 7 Apr.
    assert life.days() == ["2026-01-06", "2026-02-10", "2026-03-10", "2026-04-07"]
    assert all("09:30" <= moment[11:] < "11:00" for moment in life.times("email"))


def test_r09_public_holidays_are_closed_unless_the_campaign_opens_them() -> None:
    # 19 Jan 2026 is Martin Luther King Day, three days after Friday 16 Jan.
    three = Duration(3, Unit.DAY)
    shut, opened = campaign(first_after=three), campaign(first_after=three, window=Window(holidays=False))
    assert Life(shut, start="2026-01-16 10:00").until("2026-01-31 00:00").days() == ["2026-01-20"]
    assert Life(opened, start="2026-01-16 10:00").until("2026-01-31 00:00").days() == ["2026-01-19"]


def test_r10_the_minute_is_a_hash_of_address_campaign_run_key_and_day() -> None:
    life = Life(campaign(at_end=AtEnd.REPEAT, steps=1), email="Ann@Example.com").until("2026-02-07 00:00")
    minutes = []
    for run, day in (("1", "2026-01-06"), ("2", "2026-02-06")):
        words = f"ann@example.com|Letters|{run}|s1|{day}"
        late = int(hashlib.sha256(words.encode()).hexdigest(), 16) % 540
        minutes.append(f"{day} {8 + late // 60:02}:{late % 60:02}")
    assert life.times("email") == minutes


def test_r10_the_campaigns_key_stands_in_it_where_it_has_one() -> None:
    life = Life(campaign(key="letters")).until("2026-01-07 00:00")
    late = int(hashlib.sha256(b"ann@example.com|letters|1|s1|2026-01-06").hexdigest(), 16) % 540
    assert life.times("email") == [f"2026-01-06 {8 + late // 60:02}:{late % 60:02}"]


def test_r10_what_is_left_of_an_open_window_is_spread_over() -> None:
    life = Life().happens("2026-02-05 12:00", f.Paused).happens("2026-02-06 16:30", f.Resumed)
    life.until("2026-02-07 00:00")
    late = int(hashlib.sha256(b"ann@example.com|Letters|1|s2|2026-02-06").hexdigest(), 16) % 30
    assert life.times("email")[1:] == [f"2026-02-06 16:{30 + late:02}"]


@pytest.mark.parametrize("person", ["ann", "bob", "cat", "dan", "eve"])
def test_r12_a_pause_within_the_opening_spreads_the_letter_anew(person: str) -> None:
    life = Life(email=f"{person}@example.com").happens("2026-02-06 08:00", f.Paused)
    life.happens("2026-02-06 08:05", f.Resumed).until("2026-02-07 00:00")
    words = f"{person}@example.com|Letters|1|s2|2026-02-06"
    minute = 8 * 60 + 5 + int(hashlib.sha256(words.encode()).hexdigest(), 16) % 535
    assert life.times("email")[1:] == [f"2026-02-06 {minute // 60:02}:{minute % 60:02}"]


def test_r11_an_own_wait_counts_from_the_day_the_step_before_was_sent() -> None:
    steps = (Step("s1", "l"), Step("s2", "l"), Step("s3", "l", Duration(3, Unit.WEEK)), Step("s4", "l"))
    life = Life(Campaign("Letters", steps), start="2026-05-05 10:00").until("2026-08-15 00:00")
    # Wed 6 May; 6 Jun is a Saturday -> Mon 8 Jun; + 21 days = Mon 29 Jun, the anchor; Wed 29 Jul.
    assert life.days() == ["2026-05-06", "2026-06-08", "2026-06-29", "2026-07-29"]


def test_r11_its_nominal_day_becomes_the_anchor_not_the_day_it_was_sent() -> None:
    steps = (Step("s1", "l"), Step("s2", "l", Duration(11, Unit.DAY)), Step("s3", "l"))
    life = Life(Campaign("Letters", steps)).until("2026-02-28 00:00")
    # Tue 6 Jan + 11 days = Sat 17 Jan -> Mon 19 Jan is a holiday -> Tue 20 Jan; the anchor is the 17th: Tue 17 Feb.
    assert life.days() == ["2026-01-06", "2026-01-20", "2026-02-17"]


def test_r11_after_the_last_step_the_campaign_completes() -> None:
    life = Life(campaign(2)).until("2026-03-31 00:00")
    assert life.enrollment.state is State.COMPLETED
    assert life.days() == ["2026-01-06", "2026-02-06"]
    assert life.days("completed") == ["2026-02-06"]


def test_r11_it_may_repeat_in_a_new_run() -> None:
    life = Life(campaign(2, at_end=AtEnd.REPEAT)).until("2026-04-10 00:00")
    assert [(one.step, one.n) for one in life.of("email")] == [("s1", 1), ("s2", 2), ("s1", 3), ("s2", 4)]
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-06", "2026-04-06"]
    assert life.enrollment.run == 3


def test_r11_a_repeated_campaign_ignores_the_first_steps_own_wait() -> None:
    steps = (Step("s1", "l", Duration(3, Unit.DAY)), Step("s2", "l"))
    life = Life(Campaign("Letters", steps, at_end=AtEnd.REPEAT)).until("2026-03-20 00:00")
    # Thu 8 Jan; 8 Feb is a Sunday -> Mon 9 Feb; 8 Mar is a Sunday -> Mon 9 Mar by the cadence, not 3 days after.
    assert life.days() == ["2026-01-08", "2026-02-09", "2026-03-09"]


def test_r12_after_a_wait_one_email_goes_and_nothing_is_caught_up() -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-05-14 11:00", f.Resumed)
    life.until("2026-06-30 00:00")
    # Thu 14 May; the new anchor: 14 Jun is a Sunday -> Mon 15 Jun.
    assert life.days() == ["2026-01-06", "2026-05-14", "2026-06-15"]


@pytest.mark.parametrize(
    ("resumed", "following"),
    [
        ("2026-02-12 09:00", "2026-03-06"),  # Fri 6 Feb + 4 business days = Thu 12 Feb: not later, the anchor stays
        ("2026-02-13 09:00", "2026-03-13"),  # Fri 13 Feb is later: the new anchor
    ],
)
def test_r12_the_anchor_moves_only_when_late_by_more_than_the_gap(resumed: str, following: str) -> None:
    life = Life().happens("2026-01-20 12:00", f.Paused).happens(resumed, f.Resumed).until("2026-03-31 00:00")
    assert life.days() == ["2026-01-06", resumed[:10], following]


def test_r12_a_wait_that_ends_outside_the_window_sends_at_the_next_opening() -> None:
    life = Life().happens("2026-02-02 12:00", f.Paused).happens("2026-02-06 18:00", f.Resumed)
    assert life.until("2026-02-28 00:00").days() == ["2026-01-06", "2026-02-09"]  # Friday evening -> Monday


def test_r12_a_wait_that_ends_before_the_nominal_day_changes_nothing() -> None:
    plain = Life().until("2026-02-28 00:00").times("email")
    paused = Life().happens("2026-01-20 12:00", f.Paused).happens("2026-02-05 12:00", f.Resumed)
    assert paused.until("2026-02-28 00:00").times("email") == plain


def test_r12_a_skipped_step_gives_its_place_to_the_next() -> None:
    life = Life().happens("2026-01-20 12:00", f.StepSkipped).until("2026-03-10 00:00")
    assert [(one.step, one.n) for one in life.of("email")] == [("s1", 1), ("s3", 2), ("s4", 3)]
    assert life.days() == ["2026-01-06", "2026-02-06", "2026-03-06"]


def test_r12_a_letter_that_never_leaves_is_not_made_up_for() -> None:
    life = Life().happens("2026-02-06 08:00", f.EmailDropped, "s2", "content").until("2026-03-10 00:00")
    assert [(one.step, one.n) for one in life.of("email")] == [("s1", 1), ("s3", 2)]
    assert life.days() == ["2026-01-06", "2026-03-06"]


def test_r21_with_consent_opt_in_only_the_invitation_goes() -> None:
    life = Life(campaign(consent=Consent.OPT_IN)).until("2026-07-01 00:00")
    assert life.days() == ["2026-01-06"]
    assert life.held() == []


def test_r21_the_second_step_is_due_a_business_day_after_the_opt_in_and_is_the_anchor() -> None:
    life = Life(campaign(consent=Consent.OPT_IN)).happens("2026-03-13 11:00", f.OptedIn)
    # Fri 13 Mar -> Mon 16 Mar; then Thu 16 Apr.
    assert life.until("2026-04-20 00:00").days() == ["2026-01-06", "2026-03-16", "2026-04-16"]


def test_r21_the_second_step_takes_a_business_day_whatever_its_own_wait() -> None:
    steps = (Step("s1", "l"), Step("s2", "l", Duration(3, Unit.WEEK)), Step("s3", "l"))
    life = Life(Campaign("Letters", steps, consent=Consent.OPT_IN)).happens("2026-03-13 11:00", f.OptedIn)
    assert life.until("2026-04-20 00:00").days() == ["2026-01-06", "2026-03-16", "2026-04-16"]


def test_r21_the_invitation_is_skipped_when_the_opt_in_comes_first() -> None:
    life = Life(campaign(consent=Consent.OPT_IN)).happens("2026-01-05 12:00", f.OptedIn)
    life.until("2026-02-10 00:00")
    assert [one.step for one in life.of("email")] == ["s2", "s3"]


def test_r21_a_repeated_campaign_invites_only_once() -> None:
    life = Life(campaign(3, consent=Consent.OPT_IN, at_end=AtEnd.REPEAT)).happens("2026-01-14 11:00", f.OptedIn)
    life.until("2026-05-31 00:00")
    # Thu 15 Jan; 15 Feb is a Sunday and Monday a holiday: Tue 17 Feb; Mon 16 Mar, Wed 15 Apr, Fri 15 May.
    assert [one.step for one in life.of("email")] == ["s1", "s2", "s3", "s2", "s3", "s2"]


def test_r21_the_gap_is_kept_after_the_invitation() -> None:
    life = Life(campaign(consent=Consent.OPT_IN)).happens("2026-01-07 11:00", f.OptedIn)
    # Due Thu 8 Jan; the invitation of Tue 6 Jan: 7, 8, 9, Mon 12 Jan.
    assert life.until("2026-01-31 00:00").days() == ["2026-01-06", "2026-01-12"]


def test_r21_with_consent_opt_out_letters_need_no_opt_in() -> None:
    assert len(Life(campaign(consent=Consent.OPT_OUT)).until("2026-05-01 00:00").days()) == 4
