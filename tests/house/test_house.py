"""Every file of drip, workers and tests keeps the sizes and names of the house."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("drip", "workers")
LINES = {"drip": 400, "workers": 400, "tests": 600}
FUNCTION_LINES = {"drip": 40, "workers": 40, "tests": 60}
ARGUMENTS = 6
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "service", "services", "misc"}
GIVEN_NAMES = {"token"}  # the plan of the house names domain/token.py itself, though the standard library has one
TOP_LEVEL = {"drip", "workers", "tests", "campaigns", "templates"}
DRIP = {
    *{"__init__", "__main__", "clock", "config", "wiring", "serve"},
    *{"domain", "catalog", "store", "imap", "outbound", "inbound", "actions", "web", "api", "cli"},
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*tops: str) -> list[Path]:
    """Every Python file below the given top-level folders."""
    return sorted(path for top in tops for path in (ROOT / top).rglob("*.py"))


def where(path: Path, line: int = 0) -> str:
    """A place as a person and an editor read it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


@cache
def read(path: Path) -> ast.Module:
    """What a file says, read once for all rules."""
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All of it, piece by piece."""
    return list(ast.walk(read(path)))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones included."""
    for node in nodes(path):
        if isinstance(node, Function):
            yield node


def arguments(function: Function) -> int:
    """How many arguments a caller may give; self and cls are not counted."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(1 for argument in given if argument.arg not in ("self", "cls"))


@pytest.mark.parametrize("top", LINES)
def test_no_file_is_longer_than_the_house_allows(top: str) -> None:
    long = {where(path): count for path in files(top) if (count := len(path.read_text().splitlines())) > LINES[top]}
    assert long == {}


@pytest.mark.parametrize("top", FUNCTION_LINES)
def test_no_function_is_longer_than_the_house_allows(top: str) -> None:
    long = {}
    for path in files(top):
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES[top]:
                long[f"{where(path, function.lineno)} {function.name}"] = lines
    assert long == {}


def test_no_function_takes_more_than_six_arguments() -> None:
    wide = {
        f"{where(path, function.lineno)} {function.name}": arguments(function)
        for path in files(*PRODUCT)
        for function in functions(path)
        if arguments(function) > ARGUMENTS
    }
    assert wide == {}


def test_every_file_opens_with_a_sentence() -> None:
    silent = []
    for path in files(*LINES):
        words = ast.get_docstring(read(path)) or ""
        if not words.split("\n\n")[0].rstrip().endswith((".", "?", ")")):
            silent.append(where(path))
    assert silent == []


def test_module_names_say_what_is_in_them() -> None:
    names = {where(path): path.stem if path.stem != "__init__" else path.parent.name for path in files(*LINES)}
    vague = [place for place, name in names.items() if name in FORBIDDEN_NAMES]
    assert vague == []


def test_no_module_is_named_like_one_of_the_standard_library() -> None:
    taken = set(sys.stdlib_module_names) - GIVEN_NAMES - {"__main__"}
    clashes = [where(path) for path in files(*LINES) if {path.stem, path.parent.name} & taken]
    assert clashes == []


def test_no_test_module_is_split_into_parts_by_number() -> None:
    numbered = [where(path) for path in files(*LINES) if path.stem[-1].isdigit() and "migrations" not in path.parts]
    assert numbered == []


def test_drip_has_the_rooms_of_the_plan_and_no_other() -> None:
    found = {path.stem for path in (ROOT / "drip").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - DRIP == set()


def test_there_is_no_other_folder_at_the_top() -> None:
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.rglob("*.py"))}
    assert {name for name in found if not name.startswith(".")} - TOP_LEVEL == set()


def test_no_module_of_ours_is_imported_behind_the_linters_back() -> None:
    hidden = []
    for path in files(*PRODUCT):
        for node in nodes(path):
            dynamic = isinstance(node, ast.Name) and node.id == "__import__"
            named = isinstance(node, ast.Attribute | ast.alias) and getattr(node, "attr", "") == "import_module"
            aliased = isinstance(node, ast.ImportFrom) and any(name.name == "import_module" for name in node.names)
            if dynamic or named or aliased:
                hidden.append(where(path, getattr(node, "lineno", 0)))
    assert hidden == []


def test_no_test_sleeps() -> None:
    asleep = []
    for path in files("tests"):
        asleep += [
            where(path, node.lineno) for node in nodes(path) if isinstance(node, ast.Attribute) and node.attr == "sleep"
        ]
    assert asleep == []
