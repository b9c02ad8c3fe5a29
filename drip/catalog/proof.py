"""Prove that inlining a letter before rendering and after agree, branch by branch."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from jinja2 import Template, nodes

from drip.catalog.inline import canonical, inline_html
from drip.catalog.plain_text import text_of
from drip.catalog.sandbox import HTML, TEXT, Sandbox, run

Choice = Mapping[str, bool]
_ALL_UP_TO = 6  # tests; beyond that each is turned alone


def branches(source: str) -> Iterator[Choice]:
    """Ways through the template: for each of its conditions whether it holds.

    All combinations of up to six conditions; of more, all, none, and each one alone against both.
    """
    tests = list(dict.fromkeys(repr(found.test) for found in HTML.parse(source).find_all(nodes.If)))
    if len(tests) <= _ALL_UP_TO:
        for values in product((True, False), repeat=len(tests)):
            yield dict(zip(tests, values, strict=True))
        return
    for usual in (True, False):
        yield dict.fromkeys(tests, usual)
        for odd in tests:
            yield dict.fromkeys(tests, usual) | {odd: not usual}


def render_branch(source: str, choice: Choice, values: Mapping[str, Any], *, html: bool) -> str:
    """The output when each condition holds or not as `choice` says, whatever the values are."""
    sandbox: Sandbox = HTML if html else TEXT
    tree = sandbox.parse(source)
    for found in tree.find_all(nodes.If):
        found.test = nodes.Const(choice.get(repr(found.test), True), lineno=found.lineno)
    code = sandbox.compile(tree)
    return run(Template.from_code(sandbox, code, {}), values)


def disagreement(source: str, inlined: str, text: str | None, values: Mapping[str, Any]) -> str | None:
    """What differs in the first branch where something does; None when all agree.

    `text` is the text template if it was made from the HTML, else None.
    """
    for choice in branches(source):
        expected = inline_html(render_branch(source, choice, values, html=True))
        found = render_branch(inlined, choice, values, html=True)
        if canonical(expected) != canonical(found):
            return _difference(canonical(expected), canonical(found))
        if text is None:
            continue
        words = render_branch(text, choice, values, html=False).split()
        if text_of(expected).split() != words:
            return _difference(" ".join(text_of(expected).split()), " ".join(words))
    return None


def _difference(expected: str, found: str) -> str:
    same = next(_unlike(expected, found))
    begin = max(same - 30, 0)
    return f'"{expected[begin : same + 30]}" became "{found[begin : same + 30]}"'


def _unlike(expected: str, found: str) -> Iterator[int]:
    for at, (one, other) in enumerate(zip(expected, found, strict=False)):
        if one != other:
            yield at
    yield min(len(expected), len(found))
