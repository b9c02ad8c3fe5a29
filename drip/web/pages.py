"""Turns a template of this folder and plain values into a finished page."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

_HERE = Path(__file__).parent
_FOLDS = re.compile("([@/])(?=.)")  # after these a long address is folded
STYLESHEET = _HERE / "static" / "pages.css"


def page(template: str, values: Mapping[str, object], *, status: int = 200, prefix: str = "") -> HTMLResponse:
    """Render `templates/<template>.html` with `values`; a name the template lacks is an error.

    `visitor` may be left out: then no rep and no sender are shown. `prefix` is the path the
    service is reached under, empty for a host of its own.
    """
    common = {"visitor": None, "stylesheet": prefix + stylesheet_path()}
    text = _environment().get_template(f"{template}.html").render({**common, **values})
    return HTMLResponse(text, status_code=status)


@cache
def stylesheet_path() -> str:
    """The address of the style sheet; it changes with its content, so it may be kept for ever."""
    digest = hashlib.sha256(STYLESHEET.read_bytes()).hexdigest()[:12]
    return f"/static/pages-{digest}.css"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["foldable"] = _foldable
    return environment


def _foldable(address: str) -> Markup:
    """An email or web address that breaks where it reads well, and not within a name."""
    return Markup(_FOLDS.sub(r"\1<wbr>", str(escape(address))))
