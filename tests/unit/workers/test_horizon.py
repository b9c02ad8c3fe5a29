"""A planner looks from where it was, and now and then from the beginning."""

from datetime import UTC, datetime, timedelta

from workers.horizon import FULL_EVERY, MARGIN, Horizon

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_look_begins_shortly_before_what_was_planned_last():
    horizon = Horizon()
    assert horizon.since(NOON) is None
    horizon.planned(NOON)
    assert horizon.since(NOON + SECOND) == NOON - MARGIN
    horizon.planned(NOON + SECOND)
    assert horizon.since(NOON + SECOND) == NOON + SECOND - MARGIN


def test_every_fiftieth_look_begins_at_the_beginning():
    horizon = Horizon()
    horizon.planned(NOON)
    looks = [horizon.since(NOON) for _ in range(3 * FULL_EVERY)]
    assert [number for number, since in enumerate(looks, start=1) if since is None] == [50, 100, 150]


def test_a_clock_that_was_set_back_begins_at_the_beginning():
    horizon = Horizon()
    horizon.planned(NOON)
    assert horizon.since(NOON - SECOND) is None
