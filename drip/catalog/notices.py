"""The letters of notices: templates of our own, with values that are the reader's and not ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from drip.catalog.files import TEMPLATES

FOLDER = TEMPLATES / "notices"


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered notice."""

    subject: str
    html: str
    text: str


def render_notice(name: str, values: Mapping[str, Any]) -> Words:
    """The notice in the folder `name` of templates/notices. A missing value raises UndefinedError: it is our bug."""
    found = _environment()
    subject = found.get_template(f"{name}/subject.txt").render(values)
    html = found.get_template(f"{name}/body.html").render(values)
    text = found.get_template(f"{name}/body.txt").render(values)
    return Words(_one_line(subject), html, _calm(text))


@lru_cache
def _environment() -> Environment:
    """HTML is escaped; what no template names is an error, as nobody sees these before they are sent."""
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _one_line(text: str) -> str:
    """Without line ends and control characters: names come from lists of all kinds (MAIL 5)."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())


def _calm(text: str) -> str:
    """Without blanks at line ends, and one blank line at most."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"
