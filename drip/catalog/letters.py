"""Letters: compiled when a campaign is published, rendered for one prospect when they are sent."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Template

from drip.catalog.sandbox import Counted, run, template

_GAPS = re.compile(r"\n(?:[ \t]+\n|\n[ \t\n])[ \t\n]*")  # blank lines: several, or one with blanks in it


class CompiledLetter(NamedTuple):
    """Three templates that stand alone: no layout, styles inlined, the text part made."""

    subject: str
    html: str
    text: str


class Rendered(NamedTuple):
    """A finished letter. `links` are the addresses given to links.to, each once, by first use."""

    subject: str
    html: str
    text: str
    links: tuple[str, ...]


def compile_letter(templates: Path, name: str, fields: Iterable[str] = ()) -> CompiledLetter:
    """The letter in the folder `name` of the templates folder, ready to be stored with a version.

    `fields` are the campaign's own. Raises LetterError with everything that is wrong.
    """
    from drip.catalog.compiling import compile_folder  # late: rendering needs no inliner

    return compile_folder(templates, name, tuple(fields))


def render(letter: CompiledLetter, values: Mapping[str, Any]) -> Rendered:
    """The letter for one prospect; at most 0.5 ms.

    `values` are plain tables as in CAMPAIGN.md; `values["links"]["to"]` is called once for each
    address and gives the counted link. Raises RenderError when a value is missing.
    """
    counted = Counted(values["links"].get("to"))
    known = {**values, "links": {**values["links"], "to": counted}}
    subject, html, text = _templates(letter)
    page, plain = run(html, known), run(text, known)
    line = run(subject, known) if "{" in letter.subject else letter.subject  # most are the same for all
    return Rendered(" ".join(line.split()), page, _without_gaps(plain).strip() + "\n", tuple(counted.links))


@lru_cache(maxsize=1024)
def _templates(letter: CompiledLetter) -> tuple[Template, Template, Template]:
    return (
        template(letter.subject, html=False),
        template(letter.html, html=True),
        template(letter.text, html=False),
    )


def _without_gaps(text: str) -> str:
    """The text with at most one blank line in a row, and none that has blanks in it."""
    return _GAPS.sub("\n\n", text)
