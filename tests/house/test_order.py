"""The order of the tests leaves none out, and what is dear is shared by those that need it."""

from dataclasses import dataclass
from pathlib import Path

from tests.order import ROOT, mixed, part

TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py"))


@dataclass(frozen=True, slots=True)
class Named:
    """As much of a test as its order asks for."""

    nodeid: str


def test_no_test_is_left_out_and_each_comes_once_with_its_part_in_one_piece() -> None:
    items = [Named(f"{path}::test_{number}") for path in TESTS for number in range(3)]
    ordered = [one.nodeid for one in mixed(items)]  # type: ignore[arg-type]
    assert sorted(ordered) == sorted(one.nodeid for one in items)
    parts = [part(one) for one in ordered]
    assert sum(one != before for one, before in zip(parts, ["", *parts], strict=False)) == len(set(parts))


def test_the_files_of_a_group_are_one_part_and_long_tests_go_alone() -> None:
    marked = [path for path in TESTS if "xdist_group(" in path.read_text("utf-8") and path != _me()]
    assert marked
    assert [str(path) for path in marked if "/" in part(f"{path}::test_it")] == []
    assert part("tests/browser/test_answers.py::a") == part("tests/browser/test_gallery.py::b") == "browser"
    assert part("tests/acceptance/test_kill.py::a") != part("tests/acceptance/test_kill.py::b")
    assert part("tests/unit/test_clock.py::a") == part("tests/unit/test_clock.py::b")


def _me() -> Path:
    return Path(__file__).relative_to(ROOT)
