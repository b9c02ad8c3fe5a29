"""Quoted-printable, octet for octet as the standard library writes it."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drip.outbound.quoted import quoted

PIECES = st.sampled_from(
    ["a", "=", ".", " ", "\t", "\n", "\n.\n", "\0", "\x07", "\x7f", "é", "日", "word " * 5]
    + ["x" * length for length in range(70, 78)]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(st.characters(exclude_categories=["Cs"])))


@given(TEXTS)
def test_a_text_is_quoted_as_the_standard_library_would(text: str) -> None:
    lines = f"{text.replace(chr(13), '')}\n".encode()
    wanted = binascii.b2a_qp(lines.replace(b"\n", b"\r\n"), istext=True)
    assert quoted(lines, len(wanted)) == wanted
    assert quoted(lines, len(wanted) - 1) is None


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (b"x" * 75 + b"\n", b"x" * 75 + b"\r\n"),
        (b"x" * 76 + b"\n", b"x" * 75 + b"=\r\nx\r\n"),
        (b"x" * 74 + b"=\n", b"x" * 74 + b"=\r\n=3D\r\n"),
        (b"x" * 72 + b"=y\n", b"x" * 72 + b"=3D=\r\ny\r\n"),
        (b".\n.\nend. \n", b"=2E\r\n=2E\r\nend.=20\r\n"),
    ],
)
def test_a_line_has_75_octets_and_a_break_within_no_escape(lines: bytes, wanted: bytes) -> None:
    assert quoted(lines, 100) == wanted
