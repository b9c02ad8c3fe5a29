"""After the sale: the goal, where it began and where it is now, each quarter, in the newest words."""

from datetime import date
from pathlib import Path

import pytest

from drip.domain.campaign import AtEnd
from tests.unit.campaigns.reading import SAID, campaign, happens, letters_of, message, rendered, what_happens, with_only

pytestmark = pytest.mark.xdist_group("words")  # letters are compiled once

KEY = "customer-value-review"
HOLES = {
    "goal": "Goal: still to be agreed",
    "measure": "Measured by: still to be chosen",
    "baseline": "Where it began: not measured yet",
    "result": "Where it is now: no figure yet",
    "next_goal": "Next goal: still to be agreed",
}


def said(template: str, *fields: str) -> str:
    """The message to a customer of whom only these fields are known."""
    return message(with_only(KEY, f"{KEY}/{template}", [("enrollment", "fields", name) for name in fields]))


def test_it_is_for_customers_goes_on_every_year_and_never_closes_a_file():
    own = campaign(KEY)
    assert own.profile.customers
    assert own.at_end is AtEnd.REPEAT
    assert own.silence.closing is None
    assert own.require == ()
    assert set(own.fields) == set(SAID) == set(HOLES)


def test_a_letter_comes_each_quarter_year_after_year(tmp_path: Path):
    """The recall of 5 Jan + 6 months = Sun 5 Jul is Mon 6 Jul. The rep calls that day, so the letter of 6 Jul keeps
    the gap: 7, 8, 9, Fri 10 Jul, not late enough to be a new anchor; 6 Jul + 6 months = Wed 6 Jan 2027.
    """
    call = happens("2026-07-06T07:45:00-04:00", "call") + 'outcome = "not_ready"\n'
    told = what_happens(tmp_path, KEY, "2027-01-04", call)
    assert told == [
        (date(2026, 1, 5), "recall_set 2026-07-06"),
        (date(2026, 1, 6), "the-goal"),
        (date(2026, 4, 6), "the-first-result"),
        (date(2026, 7, 6), "recall_due"),
        (date(2026, 7, 6), "heard"),
        (date(2026, 7, 6), "recall_set 2027-01-06"),
        (date(2026, 7, 6), "held"),
        (date(2026, 7, 10), "what-holds-it-back"),
        (date(2026, 10, 6), "the-year"),
    ]


def test_the_second_year_begins_with_the_goal_again(tmp_path: Path):
    """Nobody calls: as in the quarterly campaign Tue 21 Jul 2026 is the anchor from then on."""
    told = what_happens(tmp_path, KEY, "2028-12-31")
    letters = [(day, what) for day, what in told if "-" in what and " " not in what]
    assert letters[3:] == [
        (date(2026, 10, 21), "the-year"),
        (date(2027, 1, 21), "the-goal"),
        (date(2027, 4, 21), "the-first-result"),
        (date(2027, 7, 21), "what-holds-it-back"),
        (date(2027, 10, 21), "the-year"),
        (date(2028, 1, 21), "the-goal"),
        (date(2028, 4, 21), "the-first-result"),
        (date(2028, 7, 21), "what-holds-it-back"),
        (date(2028, 10, 23), "the-year"),  # the 21st is a Saturday
    ]
    assert not any(what in ("closing_email", "file_closed") for _, what in told)


@pytest.mark.parametrize("name", HOLES)
def test_a_field_is_said_in_its_own_words_or_in_words_for_its_absence(name: str):
    speaks = [template for template in letters_of(KEY) if SAID[name] in rendered(KEY, template).text]
    assert speaks
    for template in speaks:
        silent = rendered(KEY, template, full=False).text
        assert HOLES[name] in silent
        assert HOLES[name] not in rendered(KEY, template).text


def test_the_first_letter_asks_for_what_is_missing():
    assert "Here is what we agreed" in said("the-goal", "goal", "baseline")
    assert "Next quarter I'll set the result beside it" in said("the-goal", "goal", "baseline")
    assert "We have no goal in writing yet" in said("the-goal", "baseline")
    assert "Write back with what is missing" in said("the-goal", "goal")


def test_a_letter_without_a_result_asks_for_it_instead_of_praising_it():
    assert "I have no figure from you yet" in said("the-first-result", "goal", "baseline")
    assert "if there is a figure by now" in said("what-holds-it-back", "goal")
    assert "The result is still missing" in said("the-year", "goal")
    for template in ("the-first-result", "what-holds-it-back", "the-year"):
        assert "figure from you yet" not in said(template, "result")
        assert "still missing" not in said(template, "result")


def test_a_customer_is_not_told_that_the_time_was_not_right():
    for template in letters_of(KEY):
        assert "I write because you are our customer" in rendered(KEY, template).text
        assert "the time was not right" not in rendered(KEY, template).text
