"""The invitation, and then six letters for who says yes to it (R21)."""

from datetime import date
from pathlib import Path

import pytest

from drip.domain.campaign import Consent
from tests.unit.campaigns.reading import campaign, happens, letters_of, message, rendered, what_happens

pytestmark = pytest.mark.xdist_group("words")  # letters are compiled once

KEY = "second-look"


def test_it_is_an_invitation_and_six_letters_and_no_closing_email():
    assert campaign(KEY).consent is Consent.OPT_IN
    assert letters_of(KEY)[0] == "second-look/invitation"
    assert len(letters_of(KEY)) == 1 + 6
    assert campaign(KEY).silence.closing is None


def test_without_a_yes_the_invitation_is_the_only_letter(tmp_path: Path):
    """5 Jan + 6 months = Sun 5 Jul, so the recall is Mon 6 Jul; nothing else ever comes."""
    assert what_happens(tmp_path, KEY, "2028-12-31") == [
        (date(2026, 1, 5), "recall_set 2026-07-06"),
        (date(2026, 1, 6), "invitation"),
        (date(2026, 7, 6), "recall_due"),
    ]


def test_r21_a_yes_brings_the_six_letters_from_the_next_business_day_on(tmp_path: Path):
    """The anchor is Thu 15 Jan. Sun 15 Feb moves past Presidents' Day to Tue 17 Feb, Sun 15 Mar to Mon 16 Mar.
    14 Jan + 6 weeks = Wed 25 Feb; nobody calls, and from Thu 12 Mar it holds nothing. After Mon 15 Jun the gap is
    16, 17, 18, not Juneteenth, and Mon 22 Jun.
    """
    yes = happens("2026-01-14T11:00:00-05:00", "opt_in")
    assert what_happens(tmp_path, KEY, "2026-12-31", yes) == [
        (date(2026, 1, 5), "recall_set 2026-07-06"),
        (date(2026, 1, 6), "invitation"),
        (date(2026, 1, 14), "opted_in"),
        (date(2026, 1, 14), "recall_set 2026-02-25"),
        (date(2026, 1, 15), "what-has-changed"),
        (date(2026, 2, 17), "leaving-it-alone"),
        (date(2026, 2, 25), "recall_due"),
        (date(2026, 3, 16), "ask-a-reference"),
        (date(2026, 4, 15), "the-whole-price"),
        (date(2026, 5, 15), "a-trial-you-can-stop"),
        (date(2026, 6, 15), "one-page-and-rest"),
        (date(2026, 6, 15), "completed"),
        (date(2026, 6, 15), "recall_set 2026-06-22"),
        (date(2026, 6, 22), "recall_due"),
    ]


def test_the_invitation_says_what_a_yes_brings_and_that_no_needs_nothing():
    letter = rendered(KEY, "second-look/invitation")
    said = " ".join(message(letter).split())
    assert letter.subject == "may I send you six letters?"
    assert "six short letters" in said and "one a month" in said
    assert "They come only if you say yes here, and I may call you about them." in said
    assert "do nothing, and no letters come" in said
    assert letter.html.count("/opt_in?") == 1
    assert "Yes, send me the six letters" in said


def test_who_said_yes_is_not_asked_again_but_may_have_a_call():
    for template in letters_of(KEY)[1:]:
        letter = rendered(KEY, template)
        assert "/opt_in?" not in letter.html
        assert letter.html.count("/call_me?") == 1
        assert "you said yes to these letters" in letter.text
