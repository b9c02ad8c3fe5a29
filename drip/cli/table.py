"""Tables and lists for people: aligned, calm, within the width of the terminal; keys are never broken."""

import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from drip.cli.output import note, say, say_json, strong

T = TypeVar("T")
Cells = Callable[[T], Sequence[object]]
WIDEST = 100  # columns, also where the output is no terminal
NARROWEST = 16  # columns left to a text that is wrapped
GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title; `wraps`: it may go on in a second line; `right`: numbers."""

    title: str
    wraps: bool = False
    right: bool = False


def show(columns: Sequence[Column | str], rows: Iterable[Sequence[object]], to: Callable[[str], None] = say) -> None:
    """Print a table; a plain title is a column that is never broken. Columns with nothing in them are left out."""
    named = [one if isinstance(one, Column) else Column(one) for one in columns]
    texts = [[clean(cell) for cell in row] for row in rows]
    used = [i for i in range(len(named)) if any(row[i] for row in texts)]
    for number, line in enumerate(layout([named[i] for i in used], [[row[i] for i in used] for row in texts])):
        to(strong(line) if number == 0 and to is say else line)


def show_all(rows: Sequence[T], json: bool, empty: str, columns: Sequence[Column | str], cells: Cells[T]) -> None:
    """Print a listing: JSON lines, or a table, or on stderr what to type when there is nothing."""
    if json:
        for row in rows:
            say_json(row)
    elif rows:
        show(columns, [cells(row) for row in rows])
    else:
        note(empty)


def layout(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """The lines of a table, the header first, without trailing spaces."""
    given = [[column.title.upper() for column in columns], *rows]
    widths = [max(wide(row[i]) for row in given) for i in range(len(columns))]
    _squeeze(columns, widths, width or terminal_width())
    lines = []
    for row in given:
        cells = [
            _wrapped(text, size) if column.wraps else [text]
            for text, column, size in zip(row, columns, widths, strict=True)
        ]
        for i in range(max(len(cell) for cell in cells)):
            parts = [
                _padded(cell[i] if i < len(cell) else "", size, column)
                for cell, size, column in zip(cells, widths, columns, strict=True)
            ]
            lines.append(GAP.join(parts).rstrip())
    return lines


def describe(pairs: Iterable[tuple[str, object]]) -> None:
    """Print names and values below each other; what is empty is left out."""
    known = [(name, clean(value)) for name, value in pairs if value not in (None, "", (), [])]
    indent = max((wide(name) for name, _ in known), default=0) + len(GAP)
    for name, text in known:
        for number, line in enumerate(_wrapped(text, max(terminal_width() - indent, NARROWEST)) or [""]):
            say(f"{'' if number else name:<{indent}}{line}".rstrip())


def clean(value: object) -> str:
    """A cell on one line, without what could steer a terminal; None is empty."""
    text = "" if value is None else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def wide(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata  # late: a quick command seldom needs it

    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def terminal_width() -> int:
    """Columns to write in: the terminal's, at most WIDEST; WIDEST where there is none."""
    return max(min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST), 40)


def _squeeze(columns: Sequence[Column], widths: list[int], room: int) -> None:
    """Take from the widest columns that wrap until the table fits, or nothing is left to take."""
    while sum(widths) + len(GAP) * (len(widths) - 1) > room:
        wrapping = [i for i, column in enumerate(columns) if column.wraps and widths[i] > NARROWEST]
        if not wrapping:
            return
        widths[max(wrapping, key=lambda i: widths[i])] -= 1


def _wrapped(text: str, size: int) -> list[str]:
    return textwrap.wrap(text, size, break_long_words=False, break_on_hyphens=False)


def _padded(text: str, size: int, column: Column) -> str:
    space = " " * max(size - wide(text), 0)
    return space + text if column.right else text + space
