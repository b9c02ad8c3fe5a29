"""Render every branch of a template, whatever the values are: each condition is turned by hand."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from jinja2 import Template, nodes

from drip.catalog.sandbox import HTML, TEXT, run

Choice = Mapping[str, bool]
_ALL_UP_TO = 6  # conditions; of more, each is turned alone


class Branches:
    """A template whose conditions are decided by a choice, not by the values.

    A condition that is written twice is one condition.
    """

    def __init__(self, source: str, *, html: bool) -> None:
        sandbox = HTML if html else TEXT
        tree = sandbox.parse(source)
        self.tests: list[str] = []
        for found in tree.find_all(nodes.If):
            test = repr(found.test)
            if test not in self.tests:
                self.tests.append(test)
            name = f"condition_{self.tests.index(test)}"
            found.test = nodes.Name(name, "load", lineno=found.lineno)
        self._template = Template.from_code(sandbox, sandbox.compile(tree), {})

    def choices(self) -> Iterator[Choice]:
        """Ways through the template: all combinations of up to six conditions; of more, all of
        them, none of them, and each one alone turned against both."""
        if len(self.tests) <= _ALL_UP_TO:
            for holds in product((True, False), repeat=len(self.tests)):
                yield dict(zip(self.tests, holds, strict=True))
            return
        for usual in (True, False):
            yield dict.fromkeys(self.tests, usual)
            for odd in self.tests:
                yield dict.fromkeys(self.tests, usual) | {odd: not usual}

    def render(self, choice: Choice, values: Mapping[str, Any]) -> str:
        """The output of one way; a condition the choice does not name holds. Raises RenderError."""
        turned = {f"condition_{at}": choice.get(test, True) for at, test in enumerate(self.tests)}
        return run(self._template, {**values, **turned})


@lru_cache(maxsize=16)
def branches_of(source: str, *, html: bool) -> Branches:
    """The branches of a template; remembered, as a letter that was compiled is looked at next."""
    return Branches(source, html=html)
