"""Any bytes are read as a mail: what is broken in it costs no more than itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.inbound.classify import Cls, classify
from drip.inbound.parse import DEEPEST, MOST_PARTS, parse
from drip.inbound.part import decoded

TWO = b"""Content-Type: multipart/alternative; boundary="x y"\r
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= =?utf-8?B?IGF1cw==?= Ulm\r
\r
before\r
--x y\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
Gr=FC=DFe\r
--x y\r
Content-Type: text/html; charset="no-such-charset"\r
Content-Transfer-Encoding: base64\r
\r
PHA+SGVsbG88L3A+\r
--x y--\r
after\r
"""


def test_parts_are_decoded_each_in_its_own_way() -> None:
    mail = parse(TWO)
    plain, page = mail.parts
    assert (mail.get("subject"), plain.text().strip(), page.text()) == ("Grüße aus Ulm", "Grüße", "<p>Hello</p>")


def test_a_multipart_without_its_boundaries_is_one_text() -> None:
    mail = parse(b"Content-Type: multipart/mixed; boundary=b\n\nnothing of the kind\n")
    assert [one.kind for one in mail.walk()] == ["multipart/mixed", "text/plain"]
    assert mail.parts[0].text() == "nothing of the kind\n"


def test_what_a_mail_folder_puts_before_a_mail_is_no_field() -> None:
    assert parse(b"\nFrom ann Mon Jan  5 10:00:00 2026\nSubject: Hi\n\nHello\n").get("subject") == "Hi"


def test_bytes_without_a_head_are_a_body() -> None:
    assert (parse(b"just words\nSubject: no\n").headers, parse(b"").text()) == ({}, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?4pyT?= =?utf-8?Q?_ok?=", "✓ ok"),
        ("=?iso-2022-jp?B?GyRCJEMbKEI=?=", "っ"),
        ("=?nonsense?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?B?!!!?= plain", " plain"),
        ("=?utf-8?X?no?=", "=?utf-8?X?no?="),
    ],
)
def test_encoded_words_are_read_as_far_as_they_can_be(value: str, text: str) -> None:
    assert decoded(value) == text


def test_a_mail_that_nests_without_end_is_read_to_a_depth() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300))
    depth, part = 0, parse(raw)
    while part.parts:
        depth, part = depth + 1, part.parts[0]
    assert depth == DEEPEST


def test_of_very_many_parts_some_are_read() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5000
    assert len(list(parse(raw).walk())) <= MOST_PARTS


@pytest.mark.parametrize(
    "raw",
    [
        b'From: "a\0b"@acme.example\n\n\0',
        b'From: =?utf-8?q?"a=00b"=40acme.example?=\n\n',
        b"From: =?utf-7?q?a+2AA-b=40acme.example?=\nContent-Type: text/plain; charset=utf-7\n\n+2AA-",
    ],
)
def test_what_is_read_can_be_kept_by_any_database(raw: bytes) -> None:
    mail = parse(raw)
    read = mail.get("from") + mail.text()
    assert read.encode().decode() == read.replace("\0", "")


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([*TWO.splitlines(keepends=True), b"--\n", b"\xff\0"])).map(b"".join)
)
def test_nothing_makes_it_fail(raw: bytes) -> None:
    assert classify(parse(raw)).cls in set(Cls)
