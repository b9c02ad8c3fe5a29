"""Chance in the demo is the same every time, and one decision never moves another."""

from collections import Counter

from drip.cli.demo.chance import Chance
from drip.cli.demo.people import Case, Trouble, make_people


def test_the_same_words_always_decide_the_same_way() -> None:
    assert Chance(1).share("ann", "click", 3) == Chance(1).share("ann", "click", 3)
    assert Chance(1).share("ann", "click", 3) != Chance(2).share("ann", "click", 3)
    assert Chance(1).share("ann", "click", 3) != Chance(1).share("ann", "click", 4)


def test_odds_are_kept_over_many() -> None:
    chance = Chance(7)
    assert 0.27 < sum(chance.happens(0.3, n) for n in range(4000)) / 4000 < 0.33
    drawn = Counter(chance.weighed((("a", 1.0), ("b", 3.0)), n) for n in range(4000))
    assert 2.6 < drawn["b"] / drawn["a"] < 3.4
    assert {chance.whole(2, 4, n) for n in range(100)} == {2, 3, 4}


def test_there_are_three_hundred_varied_prospects() -> None:
    people = make_people(Chance(1), 300, 4)
    assert len({one.email for one in people}) == 300
    zones = {one.firm.place.zone for one in people}
    assert len(zones) >= 20
    outside = {Case.TOO_SMALL, Case.TOO_LARGE, Case.OTHER_TRADE, Case.ABROAD}
    assert sum(one.case in outside for one in people) == 25
    assert {one.trouble for one in people} == set(Trouble)
    assert len({one.firm.domain for one in people}) < 300  # some are colleagues
    assert all(one.email.isascii() and one.email.endswith(".example") for one in people)


def test_another_seed_makes_other_people() -> None:
    assert make_people(Chance(1), 50, 4) == make_people(Chance(1), 50, 4)
    assert make_people(Chance(1), 50, 4) != make_people(Chance(2), 50, 4)
