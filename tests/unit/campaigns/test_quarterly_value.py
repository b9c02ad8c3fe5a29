"""Eight letters in two years: when they come, to one who stays silent and to one who does not."""

import re
from datetime import date
from pathlib import Path

import pytest

from tests.unit.campaigns.reading import campaign, happens, letters_of, message, rendered, what_happens

pytestmark = pytest.mark.xdist_group("words")  # letters are compiled once

KEY = "quarterly-value"
CLOSING = "quarterly-value/closing"


def test_it_is_eight_letters_a_quarter_apart_for_others_than_the_monthly_ones():
    own = campaign(KEY)
    assert len(set(letters_of(KEY))) == 8
    assert str(own.cadence) == "1 quarter"
    assert "finance" in own.description and "finance" not in campaign("monthly-value").description


def test_who_is_never_heard_from_gets_five_letters_and_the_closing_email(tmp_path: Path):
    """5 Jan + 6 months = Sun 5 Jul, so the recall is Mon 6 Jul and holds the third letter; nobody calls. From the
    11th business day after it (7-10, 13-17, 20 are ten) it holds nothing: Tue 21 Jul, the new anchor.
    5 Jan + 15 months = Mon 5 Apr 2027; the tenth business day after it is Mon 19 Apr.
    """
    assert what_happens(tmp_path, KEY, "2027-06-30") == [
        (date(2026, 1, 5), "recall_set 2026-07-06"),
        (date(2026, 1, 6), "one-day-of-sales"),
        (date(2026, 4, 6), "two-percent-ten-days"),
        (date(2026, 7, 6), "recall_due"),
        (date(2026, 7, 6), "held"),
        (date(2026, 7, 21), "price-of-a-discount"),
        (date(2026, 10, 21), "twenty-late-invoices"),
        (date(2027, 1, 21), "notice-dates"),
        (date(2027, 4, 5), "closing_email"),
        (date(2027, 4, 19), "file_closed"),
        (date(2027, 4, 19), "recall_cancelled"),
    ]


def test_who_follows_a_link_now_and_then_gets_all_eight(tmp_path: Path):
    """The clicks keep the 15 months from running out. After Thu 21 Oct 2027 the gap of four business days is
    22, 25, 26 and Wed 27 Oct, the first day for the call.
    """
    clicks = happens("2026-10-12T11:00:00-04:00", "click") + happens("2027-04-12T11:00:00-04:00", "click")
    told = what_happens(tmp_path, KEY, "2028-01-31", clicks)
    assert [(day, what) for day, what in told if day > date(2027, 1, 1)] == [
        (date(2027, 1, 21), "notice-dates"),
        (date(2027, 4, 12), "heard"),
        (date(2027, 4, 21), "paid-twice"),
        (date(2027, 7, 21), "the-one-spreadsheet"),
        (date(2027, 10, 21), "price-of-waiting"),
        (date(2027, 10, 21), "completed"),
        (date(2027, 10, 21), "recall_set 2027-10-27"),
        (date(2027, 10, 27), "recall_due"),
    ]


def test_r27_the_closing_email_is_short_and_offers_three_answers():
    letter = rendered(KEY, CLOSING)
    inside = message(letter).removeprefix("Hi Ann,").strip().removesuffix("Dana")
    assert 25 <= len(inside.split()) <= 60
    assert "closing your file" in inside and "quarter" in inside
    answers = ["Keep my file open", "Call me", "Close it"]
    assert [line for line in inside.splitlines() if line in answers] == answers
    assert "/opt_in?" not in letter.html


def test_the_sums_in_the_letters_are_right():
    """Worked out here anew, so that nobody edits a figure without its neighbours."""
    said = " ".join(message(rendered(KEY, template)) for template in letters_of(KEY))
    assert 54_500 < 20_000_000 / 365 < 55_500 and "about 55,000 on 20 million" in said
    assert round(2 / 98 * 365 / 20 * 100) == 37 and "about 37%" in said
    assert round(365 / 20) == 18 and "a year has eighteen of those" in said
    assert [round(margin / (margin - 10), 2) for margin in (30, 40, 20)] == [1.5, 1.33, 2.0]
    assert re.search("50% more .* 40% it takes 33% more; at 20%, twice", said)
    assert 6_000 * 5 == 30_000 and "6,000 a month and waits five months for its approval has cost 30,000" in said
