"""What an import did: counts, every bad row with line and reason, and a CSV of them."""

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KEPT = 1_000  # rows of each kind kept in memory; the CSV gets every one


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One thing to tell about one row. `code` is stable, `words` are for people."""

    line: int
    code: str
    words: str
    column: str | None = None
    email: str | None = None


@dataclass(slots=True)
class ImportReport:
    """Counts of rows, and the first 1,000 bad rows and notes (`counts` counts all by code).

    A bad row was not taken; a noted row was taken, with something left out or worth knowing
    (`suppressed`: the address stays suppressed).
    """

    origin: str
    dry_run: bool = False
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: int = 0
    ignored_columns: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    bad_rows: list[RowIssue] = field(default_factory=list)
    notes: list[RowIssue] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """Rows that stand in the database now."""
        return self.added + self.updated + self.unchanged

    def refuse(self, issue: RowIssue) -> None:
        """Count a row that was not taken."""
        self.bad += 1
        self.counts[issue.code] += 1
        if len(self.bad_rows) < KEPT:
            self.bad_rows.append(issue)

    def note(self, issue: RowIssue) -> None:
        """Count something worth knowing about a row that was taken."""
        self.counts[issue.code] += 1
        if len(self.notes) < KEPT:
            self.notes.append(issue)


class CsvIssues:
    """The report file: line, kind, code, column, email, reason."""

    def __init__(self, stream: Any) -> None:
        self._rows = csv.writer(stream)
        self._rows.writerow(["line", "kind", "code", "column", "email", "reason"])

    def write(self, kind: str, issue: RowIssue) -> None:
        """Write one issue, safe to open in a spreadsheet."""
        cells = (kind, issue.code, issue.column or "", issue.email or "", issue.words)
        self._rows.writerow([issue.line, *(_harmless(cell) for cell in cells)])


@contextmanager
def issues_file(path: Path) -> Iterator[CsvIssues]:
    """Open the report file for the length of one import."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        yield CsvIssues(stream)


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from reading a cell as a formula."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
