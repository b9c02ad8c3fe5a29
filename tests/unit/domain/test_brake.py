"""Brakes: from how many complaints and dead addresses on a mailbox is warned of, or paused (MAIL 44)."""

import pytest

from drip.domain.brake import WEEK, Brakes, Ruling, Tally, on_bounces, on_complaints

BRAKES = Brakes()


@pytest.mark.parametrize(
    ("bad", "letters", "does"),
    [
        (0, 1000, ""),
        (1, 1001, ""),  # just under 0.1 %
        (1, 1000, "warn"),
        (2, 667, "warn"),  # just under 0.3 %
        (2, 666, "pause"),
        (3, 1000, "pause"),
        (1, 10, "warn"),  # one alone is no rate
        (2, 10, "pause"),
        (2, 0, ""),
    ],
)
def test_m44_complaints_warn_at_a_tenth_and_pause_at_three_tenths_of_a_percent(
    bad: int, letters: int, does: str
) -> None:
    ruling = on_complaints(Tally(bad, letters), BRAKES)
    assert (ruling.warn is not None, ruling.pause is not None) == (does == "warn", does == "pause")


@pytest.mark.parametrize(
    ("bad", "letters", "pauses"),
    [(5, 100, True), (4, 100, False), (49, 49, False), (3, 50, True), (2, 50, False), (0, 500, False)],
)
def test_dead_addresses_pause_at_five_percent_of_fifty_letters_or_more(bad: int, letters: int, pauses: bool) -> None:
    assert (on_bounces(Tally(bad, letters), BRAKES).pause is not None) is pauses


def test_a_brake_says_why() -> None:
    assert (
        on_complaints(Tally(3, 1000), BRAKES).pause
        == "0.30 % of 1,000 letters in a day were called spam (3); we stop at 0.3 %"
    )
    assert (
        on_complaints(Tally(1, 20, WEEK), BRAKES).warn
        == "5.0 % of 20 letters in a week were called spam (1); we stop at 0.3 %"
    )
    assert (
        on_bounces(Tally(6, 110), BRAKES).pause
        == "5.5 % of 110 letters in a day went to dead addresses (6); we stop at 5 %"
    )


def test_a_percentage_of_nought_turns_a_brake_off() -> None:
    off = Brakes(complaints_warn=0, complaints_pause=0, bounces_pause=0)
    assert on_complaints(Tally(9, 9), off) == on_bounces(Tally(99, 99), off) == Ruling()


def test_the_percentages_may_be_set() -> None:
    strict = Brakes(complaints_warn=0.01, complaints_pause=0.02, bounces_pause=1, bounces_volume=10)
    assert on_complaints(Tally(2, 10_000), strict).pause is not None
    assert on_complaints(Tally(1, 10_000), strict).warn is not None
    assert on_bounces(Tally(1, 10), strict).pause is not None
