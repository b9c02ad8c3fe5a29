"""The kept list of breakages: which guard, where it stands, how it is broken, and which tests must notice."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("breakages.toml")


@dataclass(frozen=True, slots=True)
class Breakage:
    """One edit that takes a guard away. `old` stands exactly once in `file`; `tests` are pytest's node ids,
    the quickest that must fail once it reads `new`."""

    guard: str
    rule: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def found(self, root: Path = ROOT) -> int:
        """How often the old text stands in the file; 0 also when the file is gone."""
        path = root / self.file
        return path.read_text().count(self.old) if path.is_file() else 0

    def missing(self, root: Path = ROOT) -> list[str]:
        """The tests that are not there, by the name of file and function."""
        return [node for node in self.tests if not _is_there(root, node)]


def load() -> list[Breakage]:
    """All of them, in the order of the list."""
    entries = tomllib.loads(LIST.read_text())["breakage"]
    return [Breakage(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def _is_there(root: Path, node: str) -> bool:
    path, _, name = node.partition("::")
    function = name.partition("[")[0]
    return (root / path).is_file() and f"def {function}(" in (root / path).read_text()
