"""Header fields: folding, encoded words, injection (MAIL 4 to 7), judged by Python's own parser."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.outbound import headers
from drip.outbound.address import checked
from drip.outbound.letter import LetterError

PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300)
NAMES = PRINTABLE.map(lambda text: " ".join(text.split()))
SUBJECTS = NAMES.filter(bool)


def read(field: str) -> Any:
    message = email.message_from_bytes(field.encode() + b"\r\n\r\n", policy=email.policy.default)
    return next(iter(message.values()))


@given(SUBJECTS)
def test_a_subject_in_any_script_comes_back_as_it_was(subject: str) -> None:
    assert str(read(headers.unstructured("Subject", subject))) == subject


@given(NAMES)
def test_a_name_in_any_script_comes_back_as_it_was(name: str) -> None:
    (address,) = read(headers.mailbox("From", name, checked("ann@firm.example"))).addresses
    assert (address.display_name, address.addr_spec) == (name, "ann@firm.example")


@given(SUBJECTS, NAMES)
def test_m04_header_lines_fold_at_78(subject: str, name: str) -> None:
    fields = [
        headers.unstructured("Subject", subject),
        headers.mailbox("Reply-To", name, checked("ann@firm.example")),
    ]
    for line in "\r\n".join(fields).split("\r\n"):
        assert len(line) <= 78
        assert line.strip()


@given(SUBJECTS)
def test_m07_an_encoded_word_is_at_most_75_and_splits_no_character(subject: str) -> None:
    words = re.findall(r"=\?utf-8\?([BQ])\?([^?]*)\?=", headers.unstructured("Subject", subject))
    for kind, body in words:
        assert len(f"=?utf-8?{kind}?{body}?=") <= 75
        message = email.message_from_string(f"Subject: =?utf-8?{kind}?{body}?=\n\n")
        ((raw, _),) = email.header.decode_header(message["Subject"])
        raw.decode("utf-8", errors="strict")


@given(SUBJECTS, NAMES)
def test_m07_a_line_with_an_encoded_word_has_76_characters_at_most(subject: str, name: str) -> None:
    fields = [headers.unstructured("Subject", subject), headers.mailbox("To", name, checked("ann@firm.example"))]
    lines = [line for line in "\r\n".join(fields).split("\r\n") if "=?utf-8?" in line]
    assert max(map(len, lines), default=0) <= 76


def test_m07_an_ascii_subject_is_not_encoded() -> None:
    assert headers.unstructured("Subject", "Paul, a thought") == "Subject: Paul, a thought"


def test_m07_a_subject_that_looks_encoded_is_shown_as_it_was_written() -> None:
    odd = "what =?utf-8?Q?Re=3A?= means"
    assert str(read(headers.unstructured("Subject", odd))) == odd


def test_m07_a_long_identifier_is_never_encoded_nor_broken() -> None:
    url = "<https://drip.acme.example/u/" + "x" * 150 + ">"
    assert headers.tokens("List-Unsubscribe", [url]) == f"List-Unsubscribe:\r\n {url}"


def test_m04_references_fold_between_identifiers() -> None:
    ids = [f"<{n}.{'a' * 24}@mail.acme.example>" for n in range(9)]
    field = headers.tokens("References", ids)
    assert field.replace("\r\n", "").split() == ["References:", *ids]
    assert all(len(line) <= 78 for line in field.split("\r\n"))


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "a\x1bb", "a\ud800"])
def test_m05_no_line_break_gets_into_a_header(evil: str) -> None:
    with pytest.raises(LetterError):
        headers.unstructured("Subject", evil)
    with pytest.raises(LetterError):
        headers.mailbox("From", evil, checked("ann@firm.example"))
    with pytest.raises(LetterError):
        headers.tokens("List-Id", [evil])


def test_m05_no_control_character_at_all_gets_into_a_header() -> None:
    for code in (*range(0x20), 0x7F, *range(0xD800, 0xE000)):
        with pytest.raises(LetterError):
            headers.unstructured("Subject", f"a{chr(code)}b")


@given(st.text() | st.text(st.characters(min_codepoint=0x1E, max_codepoint=0x82), min_size=1, max_size=3))
def test_m05_a_token_is_of_printable_ascii_without_spaces(value: str) -> None:
    try:
        taken = headers.tokens("List-Id", [value])
    except LetterError:
        taken = ""
    assert bool(taken) is (re.fullmatch(r"[\x21-\x7e]+", value) is not None)


def test_an_empty_subject_is_refused() -> None:
    with pytest.raises(LetterError):
        headers.unstructured("Subject", "  ")


@pytest.mark.parametrize(
    ("at", "field"),
    [
        (
            datetime(2027, 3, 16, 9, 12, 5, tzinfo=timezone(timedelta(hours=-5))),
            "Date: Tue, 16 Mar 2027 09:12:05 -0500",
        ),
        (
            datetime(2027, 1, 1, 8, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            "Date: Fri, 01 Jan 2027 08:00:00 +0545",
        ),
        (
            datetime(2028, 2, 29, 23, 59, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            "Date: Tue, 29 Feb 2028 23:59:00 -0330",
        ),
        (datetime(2027, 3, 16, 9, 12, tzinfo=UTC), "Date: Tue, 16 Mar 2027 09:12:00 +0000"),
    ],
)
def test_the_date_has_the_offset_it_was_given_with(at: datetime, field: str) -> None:
    assert headers.date(at) == field


def test_one_moment_in_two_zones_has_two_dates() -> None:
    east, west = timezone(timedelta(hours=1)), timezone(timedelta(hours=-5))
    moment = datetime(2027, 3, 16, 9, 12, tzinfo=UTC)
    assert headers.date(moment.astimezone(east)) == "Date: Tue, 16 Mar 2027 10:12:00 +0100"
    assert headers.date(moment.astimezone(west)) == "Date: Tue, 16 Mar 2027 04:12:00 -0500"


def test_the_hour_that_comes_twice_has_two_dates() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    for _ in range(2):
        assert headers.date(first) == "Date: Sun, 01 Nov 2026 01:30:00 -0400"
        assert headers.date(first.replace(fold=1)) == "Date: Sun, 01 Nov 2026 01:30:00 -0500"


def test_an_offset_with_seconds_is_left_out() -> None:
    local = timezone(timedelta(hours=1, seconds=20))
    for zone in (local, UTC, local):
        at = datetime(2027, 3, 16, 9, 12, 30, tzinfo=UTC).astimezone(zone)
        assert headers.date(at) == "Date: Tue, 16 Mar 2027 09:12:30 +0000"


def test_a_date_without_a_time_zone_is_refused() -> None:
    with pytest.raises(LetterError):
        headers.date(datetime(2027, 3, 16, tzinfo=UTC).replace(tzinfo=None))
