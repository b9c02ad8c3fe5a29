"""What a template may say: the allow-list of constructs, filters and names, asked at publish."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from drip.catalog.findings import Finding, error
from drip.catalog.sandbox import DATE_FILTERS, OWN_FILTERS, PLAIN_FILTERS, path_of
from drip.catalog.values import is_date

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Const,
    nodes.Filter,
    nodes.Call,
    nodes.Concat,
    nodes.For,
    nodes.List,
    nodes.Tuple,
    nodes.Block,
    nodes.Extends,
)
_WORDS: dict[type[nodes.Node], str] = {
    nodes.Macro: "a macro",
    nodes.CallBlock: "a call block",
    nodes.Import: "an import",
    nodes.FromImport: "an import",
    nodes.Include: "an include",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Mul: "*",
    nodes.Pow: "**",
    nodes.Mod: "%",
    nodes.FilterBlock: "a filter block",
    nodes.Getitem: "[ ]",
    nodes.Test: "is",
    nodes.With: "with",
}
_MAY = 'A letter may use {{ values }}, if, "~", and, or, not, and a loop over a list written in it'
_FILTERS = (*PLAIN_FILTERS, *OWN_FILTERS)
_LOOP = (("loop", "first"), ("loop", "last"), ("loop", "index"))


@dataclass
class AllowedCheck:
    """Walks one parsed template. `known` are the paths of values.known_paths."""

    file: str
    known: Mapping[tuple[str, ...], bool]
    findings: list[Finding] = field(default_factory=list)
    _loop_names: tuple[tuple[str, ...], ...] = ()

    def walk(self, node: nodes.Node) -> None:
        """Report every construct, filter and name under the node that is not allowed."""
        if not isinstance(node, _ALLOWED):
            word = _WORDS.get(type(node), type(node).__name__.lower())
            self._wrong(node, f"a template may not use {word}. {_MAY}.")
        elif isinstance(node, nodes.Name | nodes.Getattr):
            self._name(node)
        elif isinstance(node, nodes.Call):
            self._call(node)
        elif isinstance(node, nodes.For):
            self._loop(node)
        else:
            if isinstance(node, nodes.Filter):
                self._filter(node)
            for child in node.iter_child_nodes():
                self.walk(child)

    def _wrong(self, node: nodes.Node, message: str) -> None:
        self.findings.append(error(self.file, node.lineno, message))

    def _name(self, node: nodes.Name | nodes.Getattr) -> None:
        path = path_of(node)
        if path is None:
            self._wrong(node, "a dot must follow the name of a value, such as prospect.first_name.")
        elif path not in self.known and path not in self._loop_names:
            self._wrong(node, f'"{".".join(path)}" is not known. {self._advice(path)}')

    def _advice(self, path: tuple[str, ...]) -> str:
        inside = [known for known in self.known if known[: len(path)] == path]
        group = path if inside else path[:-1]
        beside = [".".join(known) for known in self.known if known[: len(group)] == group and group]
        if path[:2] == ("enrollment", "fields"):
            return f"Name it in the campaign's fields; there are: {', '.join(beside) or 'none'}."
        if beside:
            return f"Write one of: {', '.join(beside)}."
        groups = dict.fromkeys(known[0] for known in self.known)
        return f"Values begin with one of: {', '.join(groups)}."

    def _call(self, node: nodes.Call) -> None:
        if path_of(node.node) != ("links", "to"):
            self._wrong(node, "a template may call nothing but links.to(...).")
            return
        target = node.args[0] if len(node.args) == 1 and not node.kwargs else None
        fits = isinstance(target, nodes.Const) and isinstance(target.value, str)
        if not fits or not str(target.value).startswith(("https://", "http://")):  # type: ignore[union-attr]
            self._wrong(node, 'links.to takes one address in quotes: links.to("https://example.com/page").')

    def _filter(self, node: nodes.Filter) -> None:
        if node.name not in _FILTERS:
            self._wrong(node, f'there is no filter "{node.name}" here. Use one of: {", ".join(_FILTERS)}.')
        elif node.name in DATE_FILTERS and node.node is not None and not _gives_date(node.node):
            self._wrong(node, f'"{node.name}" is for days: recall.on or enrollment.enrolled_on.')

    def _loop(self, node: nodes.For) -> None:
        if self._loop_names:
            self._wrong(node, "a loop may not stand inside a loop.")
            return
        written = isinstance(node.iter, nodes.List | nodes.Tuple)
        if not written or not all(isinstance(item, nodes.Const) for item in node.iter.iter_child_nodes()):
            self._wrong(node, "a loop goes over a list written in it, such as {% for x in ['a', 'b'] %}.")
        if node.recursive or not isinstance(node.target, nodes.Name):
            self._wrong(node, "a loop has one name and is not recursive: {% for x in ['a', 'b'] %}.")
            return
        self._loop_names = ((node.target.name,), *_LOOP)
        for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
            self.walk(child)
        self._loop_names = ()


def _gives_date(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter) and node.name == "day_before" and node.node is not None:
        return _gives_date(node.node)
    path = path_of(node)
    return path is not None and is_date(path)
