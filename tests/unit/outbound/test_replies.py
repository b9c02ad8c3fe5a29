"""SMTP replies: the same in whatever pieces they come, and nothing else is one (RFC 5321 4.2)."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.domain.said import one_line
from drip.outbound.replies import Reply, ReplyError, ReplyReader, enhanced_in

CODES = st.integers(200, 599)
LINES = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20), min_size=1)


@given(st.lists(st.tuples(CODES, LINES), min_size=1, max_size=5), st.lists(st.integers(0, 400)))
def test_replies_are_the_same_in_whatever_pieces_they_come(said: list[tuple[int, list[str]]], cuts: list[int]) -> None:
    raw = "".join(
        f"{code}{' ' if n == len(lines) - 1 else '-'}{line}\r\n" for code, lines in said for n, line in enumerate(lines)
    ).encode()
    reader = ReplyReader()
    at = [0, *sorted(cut for cut in cuts if cut < len(raw)), len(raw)]
    for start, end in pairwise(at):
        reader.feed(raw[start:end])
    assert list(reader.replies) == [Reply(code, " ".join(lines)[:1000]) for code, lines in said]


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_reply_or_an_error(data: bytes) -> None:
    reader = ReplyReader()
    with suppress(ReplyError):
        reader.feed(data + b"\n")
    for reply in reader.replies:
        assert 200 <= reply.code <= 599
        assert reply.text.isprintable()


def test_a_reply_before_garbage_is_kept() -> None:
    reader = ReplyReader()
    with pytest.raises(ReplyError):
        reader.feed(b"250 kept\r\nwhat\r\n")
    assert list(reader.replies) == [Reply(250, "kept")]


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [
        ("5.1.1 no such user", "5.1.1"),
        (" 4.7.28 slow down", "4.7.28"),
        ("2.0.0", "2.0.0"),
        ("no such user 5.1.1", None),
        ("5.1.1.1 is no code", None),
        ("3.1.1 is no class", None),
        ("", None),
    ],
)
def test_the_enhanced_code_stands_first(text: str, enhanced: str | None) -> None:
    assert enhanced_in(text) == enhanced


def test_a_server_s_words_are_kept_short() -> None:
    assert one_line("a\r\n\tb" + "x" * 5000) == ("a b" + "x" * 5000)[:1000]


@pytest.mark.parametrize("endless", [b"250 " + b"x" * 5000, b"250 " + b"x" * 5000 + b"\r\n", b"250-x\r\n" * 9000])
def test_a_server_cannot_fill_our_memory(endless: bytes) -> None:
    reader = ReplyReader()
    with pytest.raises(ReplyError):
        reader.feed(endless)
