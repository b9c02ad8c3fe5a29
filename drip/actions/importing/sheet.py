"""Read a CSV file of any of the usual makes, row by row, in constant memory."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from drip.domain.errors import DripError

LINES_OF_A_CELL = 30  # a quoted cell over more lines than this is a quote never closed
LONGEST_LINE = 200_000  # characters
BLOCK = 100  # lines read at once
_LONGEST_CELL = csv.field_size_limit()  # characters
_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed (gzip) file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
}


class SheetError(DripError):
    """A file that cannot be read as CSV at all. The text says what it is and what to do."""


class Record(NamedTuple):
    """One row: its first line in the file (from 1) and its cells; `problem` instead of cells
    where its quotes or its length make it unreadable."""

    line: int
    cells: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was looked at: how to read it. `records` yields the header first."""

    path: Path
    encoding: str
    delimiter: str
    skip_lines: int = 0

    def records(self) -> Iterator[Record]:
        """Yield every row that is not blank, the header included, without loading the file."""
        with self.path.open(encoding=self.encoding, errors="replace", newline=None) as stream:
            lines = _Lines(stream)
            for _ in range(self.skip_lines):
                lines.take()
            while block := lines.block():
                for record in _records(lines, block, self.delimiter):
                    if record.problem or any(map(str.strip, record.cells)):
                        yield record


def open_sheet(path: Path) -> Sheet:
    """Find out encoding and delimiter. Raises SheetError for what is no CSV file."""
    if path.is_dir():
        raise SheetError(f"{path}: this is a folder. Name a file in it.")
    if not path.is_file():
        raise SheetError(f"{path}: there is no such file. Check the name and the folder.")
    with path.open("rb") as raw:
        head = raw.read(65_536)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise SheetError(f"{path}: the file is empty. Export the contacts again.")
    encoding = _encoding(path, head)
    try:
        text = io.IncrementalNewlineDecoder(None, translate=True).decode(head.decode(encoding, "ignore"))
    except UnicodeError as error:
        raise _binary(path, "text in no encoding we know") from error
    if sum(c < " " and c not in "\t\n\f\0" for c in text) * 20 > len(text) or (text.count("\0") * 20 > len(text)):
        raise _binary(path, "not text")
    lines = text.splitlines()
    blank = next(i for i, line in enumerate(lines) if line.strip())
    stated = re.fullmatch(r'\s*"?sep=(.)"?\s*', lines[blank], re.IGNORECASE)
    if stated:
        return Sheet(path, encoding, stated[1], blank + 1)
    return Sheet(path, encoding, _delimiter(lines[blank]), blank)


class _Lines:
    """Physical lines with their numbers, and room to step back."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._again: list[str] = []
        self.number = 0

    def block(self) -> list[str]:
        """The next lines, some at once; none at the end."""
        again = [self._again.pop() for _ in range(min(BLOCK, len(self._again)))]
        lines = again or list(islice(iter(partial(self._stream.readline, LONGEST_LINE), ""), BLOCK))
        self.number += len(lines)
        return lines

    def take(self) -> str | None:
        line = self._again.pop() if self._again else self._stream.readline(LONGEST_LINE)
        if not line:
            return None
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again.extend(reversed(lines))
        self.number -= len(lines)

    def skip_rest_of_line(self) -> None:
        while more := self._again.pop() if self._again else self._stream.readline(LONGEST_LINE):
            if more.endswith("\n"):
                break


def _records(lines: _Lines, block: list[str], delimiter: str) -> Iterator[Record]:
    """The rows of a block: all at once where each is one line, else one after the other. The last may need
    lines beyond the block."""
    end, rows = lines.number, _rows(block, delimiter)
    if rows is not None:
        yield from map(Record, range(end - len(block) + 1, end + 1), map(tuple, rows))
        return
    lines.give_back(block)
    while lines.number < end and (line := lines.take()) is not None:
        yield _record(lines, line, delimiter)


def _rows(block: list[str], delimiter: str) -> list[list[str]] | None:
    """The cells of a block's lines; None unless each line is a row by itself, and in order."""
    if max(map(len, block)) >= _LONGEST_CELL:
        return None
    try:
        rows = list(csv.reader(block, delimiter=delimiter, strict=True))
    except (csv.Error, ValueError):  # some Pythons refuse a quote as what stands between cells
        return None
    return rows if len(rows) == len(block) else None


def _record(lines: _Lines, first: str, delimiter: str) -> Record:
    """Parse one row, taking more lines while a quoted cell is open; a quote that is never
    closed costs only its own line."""
    number = lines.number
    if len(first) >= LONGEST_LINE and not first.endswith("\n"):
        lines.skip_rest_of_line()
        return Record(number, problem=f"the line is longer than {LONGEST_LINE:,} characters")
    if '"' not in first and len(first) < _LONGEST_CELL:
        return Record(number, tuple(first.removesuffix("\n").split(delimiter)))
    taken = [first]
    while True:
        try:
            rows = list(csv.reader(taken, delimiter=delimiter, strict=True))
            return Record(number, tuple(rows[0]) if rows else ())
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return Record(number, problem="the quotes in this row do not match")
        more = lines.take() if len(taken) < LINES_OF_A_CELL else None
        if more is None:
            lines.give_back(taken[1:])
            return Record(number, problem="a quote is opened in this row and never closed")
        taken.append(more)


def _encoding(path: Path, head: bytes) -> str:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise _binary(path, what)
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros_at_odd, zeros_at_even = head[1::2].count(0), head[::2].count(0)
    if zeros_at_odd * 3 > len(head) and zeros_at_even * 50 < len(head):
        return "utf-16-le"
    if zeros_at_even * 3 > len(head) and zeros_at_odd * 50 < len(head):
        return "utf-16-be"
    return "utf-8-sig" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            while stream.read(1 << 18):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(header: str) -> str:
    def cells(delimiter: str) -> int:
        try:
            return len(next(csv.reader([header], delimiter=delimiter)))
        except csv.Error:
            return 0

    return max((",", ";", "\t", "|"), key=cells)


def _binary(path: Path, what: str) -> SheetError:
    return SheetError(
        f"{path}: this is {what}, not a CSV file. Open it where it comes from and export it "
        '(or "save as") CSV, UTF-8 if you are asked.'
    )
