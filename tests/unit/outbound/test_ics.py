"""Calendars as RFC 5545 wants them: checked by hand, octet by octet, and read back by a parser of somebody else's."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from drip.domain.appointment import Event, uid_at
from drip.outbound.ics import write_feed

if TYPE_CHECKING:
    from ical.calendar import Calendar

AT = datetime(2026, 7, 6, 11, 30, tzinfo=UTC)
CALL = Event(
    uid="recall-4-0@drip.example.com",
    sequence=2,
    changed_at=datetime(2026, 3, 10, 14, 5, 9, tzinfo=UTC),
    starts=AT,
    ends=AT + timedelta(minutes=30),
    summary="Promised: call Ann Jönes, Jr. (Acme; Ohio)",
    description="Why: you promised this day\nHot button: C:\\lines, 2; “stops”",
    location="+1 216 555 0148",
    url="https://drip.example.com/r/" + "A" * 56,
    firm=True,
)
LINE = re.compile(r"[A-Z-]+(;[A-Z-]+=[^:;,\"]+)*:.*", re.DOTALL)


def lines_of(content: bytes) -> list[str]:
    """The logical lines (section 3.1): each ends in CRLF; a line that begins with a space goes on the one before."""
    assert content.endswith(b"\r\n")
    physical = content[:-2].split(b"\r\n")
    for one in physical:
        assert len(one) <= 75, one
        assert b"\r" not in one and b"\n" not in one
        one.decode()  # no character is cut in two: some programs unfold after decoding
    return re.sub(b"\r\n ", b"", content[:-2]).decode().split("\r\n")


def read_back(content: bytes) -> "Calendar":
    """The calendar as another library reads it."""
    from ical.calendar_stream import IcsCalendarStream  # late: it reads every zone of the world

    return IcsCalendarStream.calendar_from_ics(content.decode())


def test_each_line_of_a_feed_is_what_the_rfc_says() -> None:
    assert sorted(lines_of(write_feed("Calls of Kim Lee", (CALL,)))) == sorted(
        (
            "BEGIN:VCALENDAR",
            "PRODID:-//drip//calls//EN",
            "VERSION:2.0",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "NAME:Calls of Kim Lee",
            "X-WR-CALNAME:Calls of Kim Lee",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "BEGIN:VEVENT",
            "UID:recall-4-0@drip.example.com",
            "SEQUENCE:2",
            "DTSTAMP:20260310T140509Z",
            "LAST-MODIFIED:20260310T140509Z",
            "DTSTART:20260706T113000Z",
            "DTEND:20260706T120000Z",
            "SUMMARY:Promised: call Ann Jönes\\, Jr. (Acme\\; Ohio)",
            "DESCRIPTION:Why: you promised this day\\nHot button: C:\\\\lines\\, 2\\; “stops”",
            "LOCATION:+1 216 555 0148",
            f"URL:https://drip.example.com/r/{'A' * 56}",
            "STATUS:CONFIRMED",
            "TRANSP:OPAQUE",
            "CLASS:PRIVATE",
            "END:VEVENT",
            "END:VCALENDAR",
        )
    )


def test_another_library_reads_what_was_meant() -> None:
    [read] = read_back(write_feed("Calls of Kim Lee", (CALL,))).events
    assert (read.uid, read.sequence, read.dtstart, read.dtend) == (CALL.uid, 2, CALL.starts, CALL.ends)
    assert (read.summary, read.description, read.location) == (CALL.summary, CALL.description, CALL.location)
    assert str(read.url) == CALL.url and read.dtstamp == CALL.changed_at


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    content = write_feed("Calls of Kim Lee", ())
    assert "BEGIN:VEVENT" not in lines_of(content)
    assert read_back(content).events == []


def test_what_is_unknown_is_left_out_and_a_routine_call_takes_no_time() -> None:
    bare = Event("recall-1-0@x", 0, AT, AT, AT + timedelta(minutes=30), "Call Ann")
    lines = lines_of(write_feed("x", (bare,)))
    assert "TRANSP:TRANSPARENT" in lines
    assert not [one for one in lines if one.startswith(("DESCRIPTION", "LOCATION", "URL"))]


@settings(max_examples=60)
@given(st.text(max_size=200), st.text(max_size=300))
def test_whatever_somebody_typed_no_line_is_too_long_and_none_is_added(summary: str, description: str) -> None:
    event = Event("recall-1-0@x", 0, AT, AT, AT + timedelta(minutes=30), summary, description)
    lines = lines_of(write_feed("x", (event,)))
    assert all(LINE.fullmatch(one) for one in lines)
    assert len([one for one in lines if one.startswith(("BEGIN", "END", "UID", "DTSTART"))]) == 6
    assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", "".join(lines))


def test_the_same_events_are_the_same_bytes() -> None:
    assert write_feed("x", (CALL,)) == write_feed("x", (CALL,))


def test_a_uid_names_nobody() -> None:
    assert uid_at("https://drip.example.com:8443/sales/", "recall", 4, 17) == "recall-4-17@drip.example.com"
