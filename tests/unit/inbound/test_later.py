"""When somebody asks to be contacted later is read from their own words, in ten languages, and from nothing else."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drip.inbound.classify import classify
from drip.inbound.later import READ, asks_later
from drip.inbound.parse import parse

SENTENCES = Path(__file__).parents[2] / "mail" / "later.jsonl"
WRITTEN = date(2026, 11, 18)  # a Wednesday, on which every sentence of the file was written
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "ja")


def said(text: str, written: date = WRITTEN) -> tuple[date, str] | None:
    """The day and the words."""
    found = asks_later(text, written)
    return None if found is None else (found.on, found.said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_asks_for_the_day_a_person_reads_in_it_or_for_none(language: str) -> None:
    rows = [json.loads(line) for line in SENTENCES.read_text().splitlines()]
    mine = [row for row in rows if row["language"] == language]
    assert len([row for row in mine if row["on"]]) >= 4 and len([row for row in mine if not row["on"]]) >= 2
    for row in mine:
        found = said(row["text"])
        assert (str(found[0]) if found else None) == row["on"], row["text"]
        assert "said" not in row or (found is not None and found[1] == row["said"]), row["text"]


def test_a_day_in_a_quote_or_a_signature_is_nobodys_wish() -> None:
    body = (
        "Thanks, that is useful.\n\nAnn\n\n-- \nAnn Jones\nNot at my desk? Try me in March.\n\n"
        "On Tue, 17 Nov 2026, Kim Lee <kim@seller.example> wrote:\n> Shall I call? Or shall we talk in April?\n"
    )
    mail = f"From: ann@acme.example\nTo: kim@seller.example\nSubject: Re: hello\n\n{body}"
    understood = classify(parse(mail.encode()))
    assert understood.text == "Thanks, that is useful.\n\nAnn"
    assert said(understood.text) is None
    assert said("Try me in March.") is not None


@pytest.mark.parametrize(
    ("text", "written", "on"),
    [
        ("Call me in May 2028.", WRITTEN, date(2028, 5, 1)),
        ("Call me in June 2028.", WRITTEN, None),  # more than eighteen months
        ("Call me in March 2026.", WRITTEN, None),  # over
        ("Call me in November.", WRITTEN, None),  # it is November
        ("Call me in late November.", WRITTEN, date(2026, 11, 25)),
        ("Call me in December.", date(2026, 12, 31), None),
        ("Call me in January.", date(2026, 12, 31), date(2027, 1, 1)),
        ("Call me in Q4.", WRITTEN, None),
        ("Call me in one month.", date(2027, 1, 31), date(2027, 2, 28)),
        ("Call me next quarter.", date(2026, 12, 31), date(2027, 1, 1)),
        ("Call me next week.", date(2026, 11, 22), date(2026, 11, 23)),  # written on a Sunday
        ("Call me on Friday.", WRITTEN, date(2026, 11, 20)),
        ("You can call me every Friday.", WRITTEN, None),
        ("Call me on 29 February 2027.", WRITTEN, None),
        ("Call me in December 9999.", WRITTEN, None),
        ("Call me in December of 2199.", WRITTEN, None),
        ("Call me in December of the year 12026.", WRITTEN, None),
        ("Call me in December 1999.", WRITTEN, None),
        ("Call me on 15 December 9999.", WRITTEN, None),
        ("Call me on December 15, 9999.", WRITTEN, None),
        ("Call me on 15.12.9999.", WRITTEN, None),
        ("Call me in Q1 9999.", WRITTEN, None),
        ("Call me in the first quarter of 9999.", WRITTEN, None),
        ("Bitte rufen Sie mich im Dezember 9999 an.", WRITTEN, None),
        ("Rappelez-moi en d\u00e9cembre 9999.", WRITTEN, None),
        ("Call me in December next year.", WRITTEN, date(2027, 12, 1)),
        ("Call me in January of next year.", WRITTEN, date(2027, 1, 1)),
        ("Bitte rufen Sie mich im M\u00e4rz n\u00e4chsten Jahres an.", WRITTEN, date(2027, 3, 1)),
        ("Call me in December 2026.", WRITTEN, date(2026, 12, 1)),
        ("Call me in March\n0171 2345678", WRITTEN, date(2027, 3, 1)),
        ("Call me in March.\n9999 Main Street", WRITTEN, date(2027, 3, 1)),
        ("Call me on 15 December 1430.", WRITTEN, date(2026, 12, 15)),  # a time of the day
        ("Call me on Friday 2130.", WRITTEN, date(2026, 11, 20)),
        ("Try me in March or April.", WRITTEN, date(2027, 3, 1)),
        ("Call me in\nMarch.", WRITTEN, date(2027, 3, 1)),
        ("Not now.\n\nIn March we move.", WRITTEN, None),
        ("", WRITTEN, None),
    ],
)
def test_the_day_is_to_come_within_eighteen_months(text: str, written: date, on: date | None) -> None:
    found = said(text, written)
    assert (found[0] if found else None) == on


def test_words_far_down_a_long_mail_are_not_read() -> None:
    assert said("so it is. " * (READ // 10) + "Try me in March.") is None


PIECES = (
    *("please", "call me", "not now", "can you", "können Sie", "im März", "3月に", "半年後", "Q4", "31 February"),
    *("24/7", "za rok", "w", "in 999 years", "before", "ne", "pas", "proszę", "i", "1/2", "年", "13月"),
    *(",", ".", "\n\n", "\0"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_words_at_all_are_read_without_a_fault(pieces: list[str]) -> None:
    found = asks_later(" ".join(pieces), WRITTEN)
    assert found is None or found.on > WRITTEN


@pytest.mark.parametrize("many", ["in March ", "1/2 ", "3月に", "please ", "könnten Sie ", "not now, "])
def test_many_of_the_same_words_are_read_as_well(many: str) -> None:
    asks_later(many * 1000, WRITTEN)
