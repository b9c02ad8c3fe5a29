"""The sandbox letters are rendered in: few filters, no unknown names, and an end to the output."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import TemplateError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, escape

from drip.domain.errors import DripError
from drip.domain.page import references, spelled_out

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


@pass_eval_context
def lines(context: EvalContext, value: str) -> str:
    """A text in its own lines, as a signature has them: broken by tags in a page, as they are in the text part.

    A style could not do it: Outlook for Windows knows no white-space.
    """
    if "\n" not in value or not context.autoescape:
        return value
    return Markup("<br>").join(escape(line) for line in value.strip().splitlines())


DATE_FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "month_day": month_day,
    "month_year": month_year,
    "nth": nth,
    "day_before": day_before,
}
PLAIN_FILTERS = ("default", "lower", "upper", "capitalize", "trim")
OWN_FILTERS: dict[str, Callable[..., Any]] = {**DATE_FILTERS, "lines": lines}


def path_of(node: nodes.Node) -> tuple[str, ...] | None:
    """`prospect.first_name` as ("prospect", "first_name"); None for anything else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        inner = path_of(node.node)
        return None if inner is None else (*inner, node.attr)
    return None


class Counted:
    """What `links.to` is in a letter: each address gets one link; `links` are the addresses by first use."""

    __slots__ = ("_link_to", "links")

    def __init__(self, link_to: Callable[[str], str] | None) -> None:
        self._link_to = link_to
        self.links: dict[str, str] = {}

    def __call__(self, address: str) -> str:
        """The counted link to an address. Raises RenderError where none can be made."""
        if address not in self.links:
            if self._link_to is None:
                raise RenderError("The letter has a value link, but links.to was not given.")
            self.links[address] = self._link_to(address)
        return self.links[address]


def escaped(value: Any) -> str:
    """A value as it may stand in HTML. Most have nothing in them that must be escaped, and stay as they are."""
    if type(value) is str and not ("&" in value or "<" in value or ">" in value or '"' in value or "'" in value):
        return value
    return escape(value)


class Written(CodeGenerator):
    """Templates as Python in which a name after a dot is a key of a plain table, read without a call."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """`prospect.email` as `prospect["email"]`; a loop alone has attributes."""
        path = path_of(node)
        if path is None or path[0] == "loop":
            super().visit_Getattr(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f"[{node.attr!r}]")

    def write_commons(self) -> None:
        """The names all of a template's code has; `escaped` is found once, not at each output."""
        super().write_commons()
        self.writeline("escaped = environment.escaped")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """What is put out is escaped by `escaped`."""
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Sandbox(ImmutableSandboxedEnvironment):
    """Values are plain tables: a name after a dot is one of their keys and nothing else."""

    code_generator_class = Written
    escaped = staticmethod(escaped)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's names
        """What a template calls; a counted link, the only call a published letter has, at once."""
        if type(__obj) is Counted:
            return __obj(*args)
        return super().call(__context, __obj, *args, **kwargs)


class _Values(Context):
    """The names of a template: its values and nothing else. No letter defines names or blocks of its own."""

    def __init__(self, sandbox: Environment, values: dict[str, Any]) -> None:
        self.environment, self.parent, self.eval_ctx = sandbox, values, _WAYS[sandbox]

    def resolve_or_missing(self, key: str) -> Any:
        return self.parent.get(key, missing)


def _environment(*, html: bool) -> Sandbox:
    sandbox = Sandbox(autoescape=html, undefined=StrictUndefined, cache_size=0, auto_reload=False)
    filters = {name: sandbox.filters[name] for name in PLAIN_FILTERS}
    sandbox.filters = {**filters, **OWN_FILTERS}
    sandbox.globals = {}
    sandbox.tests = {}
    return sandbox


HTML = _environment(html=True)
TEXT = _environment(html=False)
_WAYS: dict[Environment, EvalContext] = {one: EvalContext(one) for one in (HTML, TEXT)}  # no template changes them


@lru_cache(maxsize=2048)
def template(source: str, *, html: bool) -> Template:
    """The compiled template; compiled once, then remembered by its source.

    A page's own words are in ASCII already, where the page may be: no letter has to do that again.
    """
    sandbox = HTML if html else TEXT
    tree = sandbox.parse(source)
    if html and spelled_out(source) != source:
        for own in tree.find_all(nodes.TemplateData):
            own.data = references(own.data)
    return Template.from_code(sandbox, sandbox.compile(tree), {})


def run(compiled: Template, values: dict[str, Any]) -> str:
    """The output, at most OUTPUT_LIMIT characters. Raises RenderError."""
    whole = ""
    try:
        pieces = compiled.root_render_func(_Values(compiled.environment, values))
        while some := "".join(islice(pieces, _AT_ONCE)):
            whole += some
            if len(whole) > OUTPUT_LIMIT:
                raise RenderError(f"The letter grew beyond {OUTPUT_LIMIT:,} characters. Make it shorter.")
    except KeyError as error:
        raise RenderError(f"The letter names a value that is not there: {error}. Check the campaign again.") from error
    except (TemplateError, TypeError, AttributeError, ValueError) as error:
        raise RenderError(f"The letter cannot be rendered: {error}. Check the campaign again.") from error
    return whole
