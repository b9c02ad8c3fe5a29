"""Prove that inlining a letter before rendering and after agree, branch by branch."""

from collections.abc import Mapping
from typing import Any

from drip.catalog.branches import branches_of
from drip.catalog.inline import canonical, inline_html
from drip.catalog.plain_text import text_of


def disagreement(source: str, inlined: str, text: str | None, values: Mapping[str, Any]) -> str | None:
    """What differs in the first branch where something does; None when all agree.

    `source` is the flat HTML template, `inlined` what is stored of it, `text` the text template if
    it was made from the HTML, else None.
    """
    parts = [branches_of(source, html=True), branches_of(inlined, html=True)]
    parts += [] if text is None else [branches_of(text, html=False)]
    # A condition inside another often changes nothing: what reads the same is compared once.
    ways = dict.fromkeys(tuple(part.render(choice, values) for part in parts) for choice in parts[0].choices())
    return next((differs for way in ways if (differs := _disagreement(*way))), None)


def _disagreement(before: str, after: str, made: str | None = None) -> str | None:
    """The same for one branch, rendered."""
    expected = inline_html(before)
    differs = _difference(canonical(expected), canonical(after))
    if differs or made is None:
        return differs
    return _difference(" ".join(text_of(expected).split()), " ".join(made.split()))


def _difference(expected: str, found: str) -> str | None:
    if expected == found:
        return None
    pairs = enumerate(zip(expected, found, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(found)))
    begin = max(same - 30, 0)
    return f'"{expected[begin : same + 30]}" became "{found[begin : same + 30]}"'
