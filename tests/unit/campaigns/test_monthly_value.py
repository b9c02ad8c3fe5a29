"""The starter campaign: twelve letters with all defaults, and the letter that closes a file."""

import pytest

from tests.unit.campaigns.reading import campaign, letters_of, message, rendered

pytestmark = pytest.mark.xdist_group("words")  # letters are compiled once

KEY = "monthly-value"
CLOSING = "closing-your-file"


def test_it_is_twelve_letters_with_all_defaults():
    own = campaign(KEY)
    assert len(set(letters_of(KEY))) == 12
    assert str(own.cadence) == "1 month"
    assert own.silence.closing == CLOSING


def test_r27_the_closing_email_is_short_and_offers_three_answers():
    letter = rendered(KEY, CLOSING)
    words = message(letter)
    inside = words.removeprefix("Hi Ann,").strip().removesuffix("Dana")
    assert 25 <= len(inside.split()) <= 60
    assert "closing your file" in words
    answers = ["Keep my file open", "Call me", "Close it"]
    assert [line.strip() for line in inside.splitlines() if line.strip() in answers] == answers
    assert [letter.html.count(f"/{name}?") for name in ("keep_open", "call_me", "close_file")] == [1, 1, 1]
    assert "/opt_in?" not in letter.html


def test_the_sums_in_the_letters_are_right():
    """Worked out here anew: five steps of 95%; a leak all year at some 4.6 kW; nothing else is a figure of ours."""
    said = " ".join(message(rendered(KEY, template)) for template in letters_of(KEY))
    assert round(0.95**5 * 100) == 77 and "it is 77%" in said
    assert round(4.6 * 8_760, -4) == 40_000 and "about 40,000 kWh" in said
