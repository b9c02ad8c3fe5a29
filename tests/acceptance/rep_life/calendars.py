"""A calendar feed as a calendar program reads it (RFC 5545), as far as these tests look."""

import re
from datetime import UTC, datetime

Entries = dict[str, datetime]


def read_calendar(text: str) -> Entries:
    """When each entry begins, by its summary."""
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    found: Entries = {}
    known: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            known = {}
        elif line == "END:VEVENT":
            summary = known["SUMMARY"].replace("\\,", ",")
            assert summary not in found
            found[summary] = datetime.strptime(known["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        else:
            known[name.partition(";")[0]] = value
    return found
