"""Times and telephone numbers in notices, as a rep reads them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from drip.actions.noticing import times
from drip.actions.noticing.people import calling, shortened
from drip.domain.enrollment import CallWindow

NEW_YORK, BERLIN, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "window", "there", "here", "said"),
    [
        ("2026-01-20 12:30", CallWindow.EARLY, NEW_YORK, BERLIN, "Tue 7:30–8:30 (your 13:30–14:30)"),
        ("2026-01-20 12:30", CallWindow.EARLY, NEW_YORK, NEW_YORK, "Tue 7:30–8:30"),
        ("2026-01-20 12:30", CallWindow.ANY, NEW_YORK, ZoneInfo("America/Toronto"), "Tue 7:30–18:00"),
        ("2026-01-19 22:30", CallWindow.EARLY, TOKYO, NEW_YORK, "Tue 7:30–8:30 (your Mon 17:30–18:30)"),
        # New York changes on 8 March 2026, Berlin on the 29th: five hours between them for three weeks
        ("2026-03-10 11:30", CallWindow.EARLY, NEW_YORK, BERLIN, "Tue 7:30–8:30 (your 12:30–13:30)"),
        # where the rep's hours begin within the window, and where they meet it at its very end
        ("2026-01-20 14:00", CallWindow.ANY, NEW_YORK, BERLIN, "Tue 9:00–18:00 (your 15:00–24:00)"),
        ("2026-01-20 23:30", CallWindow.LATE, NEW_YORK, NEW_YORK, "Tue 18:30"),
    ],
)
def test_a_slot_is_told_on_both_clocks(begins: str, window: CallWindow, there: ZoneInfo, here: ZoneInfo, said: str):
    assert times.slot(at(begins), window, there, here) == said


def test_a_slot_is_over_when_its_window_is():
    slot = at("2026-01-20 12:30")
    assert not times.is_over(slot, CallWindow.EARLY, NEW_YORK, at("2026-01-20 13:29"))
    assert times.is_over(slot, CallWindow.EARLY, NEW_YORK, at("2026-01-20 13:30"))


def test_a_moment_is_told_on_both_clocks():
    assert times.moment(at("2026-01-20 13:05"), BERLIN, NEW_YORK) == "Tue 14:05 (your 8:05)"
    assert times.moment(at("2026-01-20 13:05"), BERLIN, ZoneInfo("Europe/Paris")) == "Tue 14:05"


def test_days_are_told_as_people_do():
    today = date(2026, 12, 30)
    assert [times.day(one, today) for one in (today, date(2026, 12, 31), date(2027, 1, 4), date(2026, 12, 1))] == [
        "today",
        "tomorrow",
        "Mon 4 January 2027",
        "Tue 1 December",
    ]


@pytest.mark.parametrize(("typed", "link"), [("+44 (0)20 7946 0000", "tel:+442079460000"), ("ask for Ann", "")])
def test_a_number_is_a_link_where_there_is_something_to_dial(typed: str, link: str):
    assert calling(typed) == {"phone": typed, "call": link}


def test_what_is_long_is_cut_after_a_word():
    assert shortened("one\n\ntwo  three", 20) == "one two three"
    assert shortened("one two three", 9) == "one two …"
