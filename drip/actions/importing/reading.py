"""Read a customer list by batches of rows, cleaned, a batch ahead of who writes them."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from drip.actions.importing.columns import Columns, columns_of
from drip.actions.importing.people import arrival_of
from drip.actions.importing.report import RowIssue
from drip.actions.importing.row import Cleaner, Incoming
from drip.actions.importing.seen import Seen
from drip.actions.importing.sheet import Record, SheetError, open_sheet
from drip.domain.suppression import keys
from drip.store.arrivals import Arrival

BATCH = 2_000


class Batch(NamedTuple):
    """The next rows of a file, and all about them that can be known without the database."""

    rows: int
    bad: list[RowIssue]
    good: list[Incoming]
    new: list[Arrival]  # of each good row
    keys: dict[str, tuple[str, ...]]  # what would suppress each address


class Reading:
    """A file being read: constant memory, but for a few bytes for each address."""

    def __init__(self, path: Path, *, reserved: bool) -> None:
        """Read its header. `reserved` lets address names through that only tests use.

        Raises SheetError for a file that is no CSV or names no email column.
        """
        self._records: Iterator[Record] = open_sheet(path).records()
        self.columns: Columns = columns_of(_header(path, next(self._records, None)), str(path))
        self.owners: dict[str, int | None] = {}  # ids of reps by address and by name
        self._cleaner = Cleaner(self.columns, reserved)
        self._seen = Seen()

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Batch after batch; while one is written the next is read."""
        coming = asyncio.ensure_future(asyncio.to_thread(self._batch))
        try:
            while (batch := await coming).rows:
                coming = asyncio.ensure_future(asyncio.to_thread(self._batch))
                yield batch
        finally:
            await asyncio.gather(coming, return_exceptions=True)

    def _batch(self) -> Batch:
        """The next rows, cleaned; none at the end."""
        rows = [self._one(record) for record in islice(self._records, BATCH)]
        good = [row for row in rows if isinstance(row, Incoming)]
        bad = [row for row in rows if isinstance(row, RowIssue)]
        owners = self.owners
        new = [arrival_of(row, owners.get(row.owner.casefold()) if row.owner else None) for row in good]
        return Batch(len(rows), bad, good, new, {row.email: keys(row.email) for row in good})

    def _one(self, record: Record) -> Incoming | RowIssue:
        row = self._cleaner.clean(record)
        if isinstance(row, RowIssue):
            return row
        first = self._seen.first_line(row.email, row.line)
        if first == row.line:
            return row
        words = f"the address stands in line {first} already; that row was taken"
        return RowIssue(row.line, "duplicate", words, self.columns.written["email"], row.email)


def _header(path: Path, header: Record | None) -> tuple[str, ...]:
    if header is None or header.problem:
        problem = header.problem if header else "there is nothing in it"
        raise SheetError(f"{path}, line 1: the header cannot be read: {problem}. Export the file again.")
    return header.cells
