"""The sandbox letters are rendered in: few filters, no unknown names, and an end to the output."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from drip.domain.errors import DripError

OUTPUT_LIMIT = 400_000  # characters; a letter may have 100 KB
_AT_ONCE = 256  # pieces of output between two looks at its length


class RenderError(DripError):
    """A letter could not be rendered: a value is missing, or the output has no end."""


@lru_cache(maxsize=1024)
def day(value: date) -> str:
    """The day in full: Tuesday 16 March."""
    return f"{value:%A} {value.day} {value:%B}"


@lru_cache(maxsize=1024)
def month_day(value: date) -> str:
    """The day without its weekday: March 16."""
    return f"{value:%B} {value.day}"


@lru_cache(maxsize=1024)
def month_year(value: date) -> str:
    """The month: March 2026."""
    return f"{value:%B %Y}"


@lru_cache(maxsize=1024)
def nth(value: date) -> str:
    """The day of the month: 16th."""
    ending = "th" if 10 <= value.day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value.day % 10, "th")
    return f"{value.day}{ending}"


def day_before(value: date) -> date:
    """The day before."""
    return value - timedelta(days=1)


DATE_FILTERS = {"day": day, "month_day": month_day, "month_year": month_year, "nth": nth, "day_before": day_before}
PLAIN_FILTERS = ("default", "lower", "upper", "capitalize", "trim")


class Sandbox(ImmutableSandboxedEnvironment):
    """Values are plain tables: a name after a dot is one of their keys and nothing else."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value of the key; what has no such key is undefined."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def _environment(*, html: bool) -> Sandbox:
    sandbox = Sandbox(autoescape=html, undefined=StrictUndefined, cache_size=0, auto_reload=False)
    filters = {name: sandbox.filters[name] for name in PLAIN_FILTERS}
    sandbox.filters = {**filters, **DATE_FILTERS}
    sandbox.globals = {}
    sandbox.tests = {}
    return sandbox


HTML = _environment(html=True)
TEXT = _environment(html=False)


@lru_cache(maxsize=2048)
def template(source: str, *, html: bool) -> Template:
    """The compiled template; compiled once, then remembered by its source."""
    return (HTML if html else TEXT).from_string(source)


def run(compiled: Template, values: Mapping[str, Any]) -> str:
    """The output, at most OUTPUT_LIMIT characters. Raises RenderError."""
    whole = ""
    try:
        pieces = compiled.root_render_func(compiled.new_context(dict(values)))
        while some := "".join(islice(pieces, _AT_ONCE)):
            whole += some
            if len(whole) > OUTPUT_LIMIT:
                raise RenderError(f"The letter grew beyond {OUTPUT_LIMIT:,} characters. Make it shorter.")
    except (TemplateError, TypeError, AttributeError, ValueError) as error:
        raise RenderError(f"The letter cannot be rendered: {error}. Check the campaign again.") from error
    return whole
