"""A page in ASCII says the same as before."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from drip.domain.page import spelled_out

WORDS = "a page of plain words, not many signs " * 4


@given(st.text(st.characters(exclude_categories=["Cn", "Cs"]), max_size=50), st.text("é日·", max_size=3))
def test_a_page_that_is_spelled_out_reads_the_same(text: str, few: str) -> None:
    page = f"<p>{WORDS}{few}{text}</p>"
    assert unescape(spelled_out(page)) == unescape(page)


def test_a_page_is_spelled_out_where_that_is_short() -> None:
    assert spelled_out(f"<p>{WORDS}caf\u00e9</p>") == f"<p>{WORDS}caf&#233;</p>"
    assert spelled_out("<p>日本語の手紙</p>") == "<p>日本語の手紙</p>"


def test_a_style_is_left_alone_and_with_it_the_page() -> None:
    page = f'<style>p::before {{ content: "·" }}</style><p>{WORDS}caf\u00e9</p>'
    assert spelled_out(page) == page


def test_a_control_character_is_not_spelled_as_a_letter_of_windows() -> None:
    assert spelled_out(f"{WORDS}\x80") == f"{WORDS}\x80"


def test_half_a_character_is_left_to_who_encodes_the_page() -> None:
    assert spelled_out(f"{WORDS}\ud800") == f"{WORDS}\ud800"
