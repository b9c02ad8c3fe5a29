"""The day somebody says to be back: announced by words of their own, never by those of our subject."""

from datetime import date

import pytest

from drip.inbound.days import return_day

WRITTEN = date(2026, 7, 22)  # a Wednesday


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: what do you hear on a quiet Sunday?",
        "Out of office: have a Monday off",
        "Automatische Antwort: take a Friday for it",
    ],
)
def test_an_english_a_before_a_weekday_announces_nothing(subject: str) -> None:
    assert return_day(subject, WRITTEN) is None


@pytest.mark.parametrize(
    "text",
    [
        "Estoy de vacaciones del 3 a 10 de agosto.",
        "Estoy de vacaciones de 27 de julio a 10 de agosto.",
        "Sono in ferie dal 27 luglio a 10 agosto.",
    ],
)
def test_behind_a_day_it_ends_a_span(text: str) -> None:
    assert return_day(text, WRITTEN) == date(2026, 8, 10)
