"""Why a leased letter may not go any more is asked once for many, and is what it would be for each (R36)."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from drip.actions.hold import Holds, hold_of
from drip.catalog.scenario import Scenario
from drip.domain.plan import candidates, closing_key
from drip.store.enrollments import Open
from drip.store.letters import Leased
from tests.unit.actions.test_sent_alike import opened, pictures
from tests.unit.domain.histories import scenarios
from tests.unit.domain.test_ahead import Lived

LATER = st.sampled_from([timedelta(), timedelta(hours=8), timedelta(days=3)])
DOWN = st.sampled_from([None, timedelta(hours=3), timedelta(days=30)])
NEVER_TRIED = Leased._make([None] * len(Leased._fields))._replace(resent=False)


def letter(one: Open, key: str, run: int) -> Leased:
    """A letter of an enrollment that is tried for the first time."""
    return NEVER_TRIED._replace(enrollment_id=one.id, email=one.terms.email, key=key, run=run)


@given(scenarios(), DOWN, LATER, st.integers(1, 4))
def test_r36_letters_that_are_alike_but_for_the_address_are_held_as_if_each_was_asked(
    scenario: Scenario, down: timedelta | None, later: timedelta, count: int
) -> None:
    lived, before = Lived(scenario), list[Open]()
    whole = lived.terms.campaign
    other = lived.terms._replace(campaign=replace(whole, window=whole.window._replace(days=frozenset({3}))))
    for picture in pictures(lived, down):
        opens = opened(picture, lived.terms)
        mixed = [*opens[:count], *before, *(one._replace(terms=other) for one in opens[:count]), *opens]
        keys = [*(step.key for step in whole.steps[picture.step :][:1]), closing_key(picture)]
        for now in (lived.now, *(one.due.starts + later for one in candidates(picture, lived.terms))):
            holds, runs = Holds(now), (picture.run, picture.run + 1)
            # From one to the next it is the enrollment that changes alone, then the key, then the run.
            for asked, one in [
                *((letter(one, key, run), one) for key, run, one in product(keys, runs, mixed)),
                *((letter(one, key, run), one) for run, one, key in product(runs, mixed, keys)),
                *((letter(one, key, run), one) for key, one, run in product(keys, mixed, runs)),
            ]:
                assert holds.of(asked, one) == hold_of(asked, one, now)
        before = opens[:count]
