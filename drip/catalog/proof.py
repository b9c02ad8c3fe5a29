"""Prove that inlining a letter before rendering and after agree, branch by branch."""

from collections.abc import Mapping
from typing import Any

from drip.catalog.branches import Branches
from drip.catalog.inline import canonical, inline_html
from drip.catalog.plain_text import text_of


def disagreement(source: str, inlined: str, text: str | None, values: Mapping[str, Any]) -> str | None:
    """What differs in the first branch where something does; None when all agree.

    `source` is the flat HTML template, `inlined` what is stored of it, `text` the text template if
    it was made from the HTML, else None.
    """
    before, after = Branches(source, html=True), Branches(inlined, html=True)
    made = None if text is None else Branches(text, html=False)
    for choice in before.choices():
        expected = inline_html(before.render(choice, values))
        differs = _difference(canonical(expected), canonical(after.render(choice, values)))
        if made is not None and not differs:
            words = " ".join(made.render(choice, values).split())
            differs = _difference(" ".join(text_of(expected).split()), words)
        if differs:
            return differs
    return None


def _difference(expected: str, found: str) -> str | None:
    if expected == found:
        return None
    pairs = enumerate(zip(expected, found, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(found)))
    begin = max(same - 30, 0)
    return f'"{expected[begin : same + 30]}" became "{found[begin : same + 30]}"'
