"""Find values that may be empty and are shown without a fallback, so that no letter says "Hi ,"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from drip.catalog.findings import Finding, error
from drip.catalog.sandbox import DATE_FILTERS, path_of
from drip.catalog.values import IMPLIED

Path = tuple[str, ...]
Sure = frozenset[Path]


@dataclass
class FallbackCheck:
    """Walks one parsed template; `known` says of every value whether it may be empty."""

    file: str
    known: Mapping[Path, bool]
    findings: list[Finding] = field(default_factory=list)

    def walk(self, node: nodes.Node, sure: Sure = frozenset()) -> None:
        """Report what may be empty where it is shown; `sure` are paths that are not, here."""
        if isinstance(node, nodes.If):
            self._branch(node, sure)
        elif isinstance(node, nodes.Output):
            for part in node.nodes:
                self._shown(part, sure)
        else:
            for child in node.iter_child_nodes():
                self.walk(child, sure)

    def _branch(self, node: nodes.If, sure: Sure) -> None:
        for child in node.body:
            self.walk(child, sure | _if_true(node.test))
        sure |= _if_false(node.test)
        for other in node.elif_:
            self._branch_of_elif(other, sure)
            sure |= _if_false(other.test)
        for child in node.else_:
            self.walk(child, sure)

    def _branch_of_elif(self, node: nodes.If, sure: Sure) -> None:
        for child in node.body:
            self.walk(child, sure | _if_true(node.test))

    def _shown(self, part: nodes.Node, sure: Sure) -> None:
        for path in self._empties(part, sure):
            name = ".".join(path)
            if _is_day(part):
                advice = f"Put it inside {{% if {name} %}} … {{% endif %}}."
            else:
                fallback = f'{{{{ {name} | default("…", true) }}}}'
                advice = f"Write {fallback}, or put it inside {{% if {name} %}}."
            self.findings.append(error(self.file, part.lineno, f"{name} may be empty. {advice}"))

    def _empties(self, part: nodes.Node, sure: Sure) -> list[Path]:
        """The values that would leave a hole where `part` is shown."""
        path = path_of(part)
        if path is not None:
            return [path] if self.known.get(path, False) and path not in sure else []
        if isinstance(part, nodes.Filter) and part.node is not None:
            return self._filtered(part, part.node, sure)
        if isinstance(part, nodes.CondExpr):
            return self._choice(part, sure)
        if isinstance(part, nodes.Or):
            return self._empties(part.right, sure | _if_false(part.left))
        if isinstance(part, nodes.Concat):
            return [path for piece in part.nodes for path in self._empties(piece, sure)]
        return []

    def _filtered(self, part: nodes.Filter, inner: nodes.Expr, sure: Sure) -> list[Path]:
        forced = len(part.args) == 2 and isinstance(part.args[1], nodes.Const) and part.args[1].value
        if part.name == "default" and forced:
            return self._empties(part.args[0], sure)
        return self._empties(inner, sure)

    def _choice(self, part: nodes.CondExpr, sure: Sure) -> list[Path]:
        found = self._empties(part.expr1, sure | _if_true(part.test))
        if part.expr2 is not None:
            found += self._empties(part.expr2, sure | _if_false(part.test))
        return found


def _if_true(test: nodes.Node) -> Sure:
    """The values that are not empty when the test holds."""
    path = path_of(test)
    if path is not None:
        return frozenset({path, *IMPLIED.get(path, ())})
    if isinstance(test, nodes.And):
        return _if_true(test.left) | _if_true(test.right)
    if isinstance(test, nodes.Or):
        return _if_true(test.left) & _if_true(test.right)
    if isinstance(test, nodes.Not):
        return _if_false(test.node)
    if isinstance(test, nodes.Compare) and len(test.ops) == 1 and test.ops[0].op == "eq":
        other = test.ops[0].expr
        return _if_true(test.expr) if isinstance(other, nodes.Const) and other.value else frozenset()
    return frozenset()


def _if_false(test: nodes.Node) -> Sure:
    """The values that are not empty when the test does not hold."""
    if isinstance(test, nodes.Not):
        return _if_true(test.node)
    if isinstance(test, nodes.Or):
        return _if_false(test.left) | _if_false(test.right)
    if isinstance(test, nodes.And):
        return _if_false(test.left) & _if_false(test.right)
    return frozenset()


def _is_day(part: nodes.Node) -> bool:
    filters: Iterable[nodes.Filter] = [part] if isinstance(part, nodes.Filter) else []
    return any(found.name in DATE_FILTERS for found in (*filters, *part.find_all(nodes.Filter)))
