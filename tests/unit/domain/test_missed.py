"""Whether a letter was missed is told without all candidates on the day of a touch, and is the same (R12, R22)."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from drip.catalog.scenario import Scenario
from drip.domain.duration import Duration, Unit
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.plan import candidates, has_missed
from drip.domain.window import local_day, spread
from tests.unit.domain.histories import scenarios
from tests.unit.domain.test_ahead import Lived

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
GAPS = [Duration(1, Unit.DAY), Duration(1, Unit.BUSINESS_DAY), Duration(4, Unit.BUSINESS_DAY)]


def all_missed_alike(picture: Enrollment, terms: Terms) -> None:
    """Hours and days after each letter there could be, with a touch on that day, the day before, or as it was."""
    for opening in [one.goes for one in candidates(picture, terms) if one.goes is not None]:
        for now in (opening.starts, opening.starts + opening.minutes * A_MINUTE / 2, opening.starts + 20.25 * A_DAY):
            day = local_day(now, terms.zone)
            for touched_on in (day, day - A_DAY, picture.touched_on):
                touched = picture.changed(touched_on=touched_on)
                minutes = [
                    spread(terms, touched.run, one.key, one.goes)
                    for one in candidates(touched, terms)
                    if one.goes is not None and not one.gives_way and one.goes.starts < now - A_MINUTE
                ]
                assert has_missed(touched, terms, now, day) == any(minute < now for minute in minutes)


@given(scenarios(), st.sampled_from(GAPS))
def test_r12_a_letter_is_missed_when_its_minute_is_past_whatever_was_sent_that_day(
    scenario: Scenario, gap: Duration
) -> None:
    lived = Lived(replace(scenario, campaign=replace(scenario.campaign, gap=gap)))
    all_missed_alike(lived.picture, lived.terms)
