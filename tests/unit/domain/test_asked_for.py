"""Whether a letter is asked for is told without all candidates where that can be, and is the same (R26, R36)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from drip.catalog.scenario import Scenario
from drip.domain.ahead import walk
from drip.domain.campaign import SilenceRules
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.facts import EmailRecorded
from drip.domain.plan import candidates, closing_key, is_asked_for
from tests.unit.domain.histories import scenarios
from tests.unit.domain.life import Life, campaign
from tests.unit.domain.test_ahead import Lived

A_DAY = timedelta(days=1)
SILENCES = [SilenceRules(), *(SilenceRules(after=Duration(days, Unit.DAY)) for days in (60, 93, 94, 96))]


def asked(life: Life, *keys: str) -> list[bool]:
    return [is_asked_for(life.enrollment, life.terms, key, life.now) for key in keys]


def test_r26_the_closing_email_that_takes_its_place_is_asked_for_and_a_value_email_is_not() -> None:
    # Enrolled on Mon 5 Jan 2026: both are due on Mon 6 Apr.
    life = Life(campaign(silence=SilenceRules(after=Duration(3, Unit.MONTH))))
    assert asked(life.until("2026-03-06 08:00"), "s3", "s4", "closing/1") == [True, False, False]
    assert asked(life.until("2026-04-06 08:00"), "s3", "s4", "closing/1") == [False, False, True]


def test_r26_a_value_email_that_was_due_first_is_asked_for_as_well() -> None:
    # A letter is due on Mon 6 Apr, the closing email on Wed 8 Apr; they wait for the gap after Fri 3 Apr.
    life = Life(campaign(silence=SilenceRules(after=Duration(93, Unit.DAY))))
    life.happens("2026-04-03 16:00", EmailRecorded)
    assert asked(life.until("2026-04-06 12:00"), "s4", "closing/1") == [True, False]
    assert asked(life.until("2026-04-08 12:00"), "s4", "closing/1") == [True, True]


def all_asked_alike(picture: Enrollment, terms: Terms) -> None:
    """Of each letter there could be, on the days around those on which one is due."""
    due = {one.key: one.due.starts for one in candidates(picture, terms)}
    keys = {*(step.key for step in terms.campaign.steps), closing_key(picture)}
    for starts in due.values():
        for now in (starts - timedelta(microseconds=1), starts, starts + 30 * A_DAY):
            told = {key for key in keys if is_asked_for(picture, terms, key, now)}
            assert told == {key for key in due if due[key] <= now}


@given(scenarios(), st.sampled_from(SILENCES), st.integers(1, 500))
def test_r36_a_letter_is_asked_for_when_it_is_among_the_candidates_and_due(
    scenario: Scenario, silence: SilenceRules, days: int
) -> None:
    lived = Lived(replace(scenario, campaign=replace(scenario.campaign, silence=silence)))
    all_asked_alike(lived.picture, lived.terms)
    for one in walk(lived.picture, lived.terms, lived.now, lived.now + days * A_DAY):
        all_asked_alike(one.after, lived.terms)
