"""A letter and its layout become one template: what the letter says of a block stands in the block's place."""

import pytest

from drip.catalog.findings import LetterError
from drip.catalog.flatten import Source, flatten

LAYOUT = Source(
    "layouts/two.html",
    "<p>{% block message %}{% endblock %}</p>"
    "{% block ask %}<p>{% block question %}Good?{% endblock %}</p>"
    "<b>{% block button %}Yes{% endblock %}</b>{% endblock %}",
)
EXTENDS = '{% extends "layouts/two.html" %}'


def flat(*blocks: str, layout: Source | None = LAYOUT) -> str:
    """A letter of such blocks, "name: what it says", in its layout."""
    written = (one.split(": ") for one in blocks)
    letter = "".join(f"{{% block {name} %}}{words}{{% endblock {name} %}}" for name, words in written)
    return flatten(Source("one/body.html", (EXTENDS if layout else "") + letter), layout)


@pytest.mark.parametrize(
    ("blocks", "whole"),
    [
        ((), "<p></p><p>Good?</p><b>Yes</b>"),
        (("message: Hello",), "<p>Hello</p><p>Good?</p><b>Yes</b>"),
        (("question: More?",), "<p></p><p>More?</p><b>Yes</b>"),
        (("question: More?", "button: Please"), "<p></p><p>More?</p><b>Please</b>"),
        (("ask: <i>No question</i>",), "<p></p><i>No question</i>"),
        (("ask: ",), "<p></p>"),
    ],
)
def test_a_letter_says_a_block_or_a_part_of_one_in_its_own_words(blocks: tuple[str, ...], whole: str) -> None:
    assert flat(*blocks) == whole


def test_a_letter_without_a_layout_keeps_what_stands_in_its_blocks() -> None:
    assert flat("message: Hello", "ask: Good?", layout=None) == "HelloGood?"


@pytest.mark.parametrize("blocks", [("ask: Mine", "question: More?"), ("button: Please", "ask: Mine")])
def test_no_part_of_a_block_is_lost_beside_the_whole_of_it(blocks: tuple[str, ...]) -> None:
    with pytest.raises(LetterError, match='is a part of block "ask" and would be lost'):
        flat(*blocks)


def test_a_block_the_layout_does_not_have_is_told_with_those_it_has() -> None:
    with pytest.raises(LetterError, match=r'no block "massage"\. It has: ask, button, message, question'):
        flat("massage: Hello")
