"""The starter campaign keeps its promises: short letters, one idea, one question, always a way out."""

import re
from functools import cache

import pytest

from drip.catalog.files import CAMPAIGNS, TEMPLATES
from drip.catalog.letters import Rendered, compile_letter, render
from drip.catalog.parse import parse_campaign
from drip.catalog.values import empty_values, example_values

FILE = CAMPAIGNS / "monthly-value.toml"
CAMPAIGN = parse_campaign(FILE.read_text("utf-8"), str(FILE))
STEPS = [step.template for step in CAMPAIGN.steps]
CLOSING = CAMPAIGN.silence.closing or ""
EVERY = [*STEPS, CLOSING]
LINK = re.compile(r"<(https://[^>]*)>")


@cache
def rendered(template: str, *, full: bool = True) -> Rendered:
    values = example_values() if full else empty_values()
    return render(compile_letter(TEMPLATES, template), values)


def message(letter: Rendered) -> str:
    """The words from the greeting to the signature."""
    return LINK.sub("", letter.text.partition("I write because")[0])


def test_it_is_twelve_letters_with_all_defaults():
    assert len(set(STEPS)) == 12
    assert str(CAMPAIGN.cadence) == "1 month"
    assert CAMPAIGN.silence.closing == "closing-your-file"


@pytest.mark.parametrize("template", STEPS)
@pytest.mark.parametrize("full", [True, False])
def test_a_value_letter_has_60_to_120_words(template, full):
    assert 60 <= len(message(rendered(template, full=full)).split()) <= 120


@pytest.mark.parametrize("template", STEPS)
def test_a_value_letter_asks_for_the_opt_in_and_gives_one_thing_of_value(template):
    letter = rendered(template)
    assert letter.html.count("/opt_in?") == 1
    assert len(letter.links) == 1
    assert letter.links[0].startswith("https://www.example.com/plant/")


def test_every_letter_gives_something_else():
    assert len({rendered(template).links for template in STEPS}) == 12
    assert len({rendered(template).subject for template in EVERY}) == 13


@pytest.mark.parametrize("template", STEPS)
def test_r14_the_promised_call_is_named_when_there_is_one(template):
    promise = "If I don't hear from you by March 15, I'll call on the 16th"
    assert promise in rendered(template).text
    assert "I'll call" not in rendered(template, full=False).text


@pytest.mark.parametrize("template", EVERY)
def test_every_letter_lets_people_off_and_shows_who_writes(template):
    letter = rendered(template)
    for part in (letter.text, letter.html):
        assert "/opt_out?" in part
        assert "/less_often?" in part
        assert "/view?" in part
        assert "400 Mill Street" in part
    assert "It is fine to say no" in letter.text or "No is a fine answer" in letter.text
    assert message(letter).rstrip().endswith("Dana")


@pytest.mark.parametrize("template", EVERY)
def test_a_subject_is_what_a_person_would_write(template):
    subject = rendered(template).subject
    assert len(subject) <= 50
    assert not re.match(r"(re|fwd?)\b", subject, re.IGNORECASE)
    assert not re.search(r"[!🔥]|\bfree\b", subject)
    assert not subject.istitle()


@pytest.mark.parametrize("template", EVERY)
def test_nobody_is_greeted_with_a_hole(template):
    letter = rendered(template, full=False)
    assert letter.text.startswith("Hi there,\n")
    assert "None" not in letter.text


@pytest.mark.parametrize("template", EVERY)
def test_m48_no_letter_loads_anything(template):
    html = rendered(template).html
    assert "<img" not in html
    assert "url(" not in html
    assert len(html.encode()) < 20_000


def test_r27_the_closing_email_is_short_and_offers_three_answers():
    letter = rendered(CLOSING)
    words = message(letter)
    inside = words.removeprefix("Hi Ann,").strip().removesuffix("Dana")
    assert 25 <= len(inside.split()) <= 60
    assert "closing your file" in words
    answers = ["Keep my file open", "Call me", "Close it"]
    assert [line.strip() for line in inside.splitlines() if line.strip() in answers] == answers
    assert [letter.html.count(f"/{name}?") for name in ("keep_open", "call_me", "close_file")] == [1, 1, 1]
    assert "/opt_in?" not in letter.html
