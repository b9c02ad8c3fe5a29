"""Import a customer list: every good row is taken, every bad one is told with line and reason."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from drip.actions.importing.columns import Columns, columns_of
from drip.actions.importing.people import arrival_of
from drip.actions.importing.report import CsvIssues, ImportReport, RowIssue, issues_file
from drip.actions.importing.row import Cleaner, Incoming
from drip.actions.importing.seen import Seen
from drip.actions.importing.sheet import Record, SheetError, open_sheet
from drip.domain.suppression import Reason, keys
from drip.store import arrivals, facts, prospects, reps, suppressions
from drip.store.arrivals import Arrival
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact
from drip.store.prospects import Counts

BATCH = 2_000

Progress = Callable[[ImportReport], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`who` imports; `reserved` lets address names through that only tests use (.test and the
    like); `report` is where a CSV of every issue goes; a dry run changes nothing."""

    who: str = "cli"
    dry_run: bool = False
    reserved: bool = False
    report: Path | None = None


class _Batch(NamedTuple):
    """The next rows of a file, and all about them that can be known without the database."""

    rows: int
    bad: list[RowIssue]
    good: list[Incoming]
    new: list[Arrival]  # of each good row
    keys: dict[str, tuple[str, ...]]  # what would suppress each address


class _Reading:
    """A file being read: constant memory, but for a few bytes for each address."""

    def __init__(self, records: Iterator[Record], columns: Columns, reserved: bool) -> None:
        self.columns = columns
        self.owners: dict[str, int | None] = {}  # ids of reps by address and by name
        self._records = records
        self._cleaner = Cleaner(columns, reserved)
        self._seen = Seen()

    def batch(self) -> _Batch:
        """The next rows, cleaned; none at the end."""
        rows = [self._one(record) for record in islice(self._records, BATCH)]
        good = [row for row in rows if isinstance(row, Incoming)]
        bad = [row for row in rows if isinstance(row, RowIssue)]
        owners = self.owners
        new = [arrival_of(row, owners.get(row.owner.casefold()) if row.owner else None) for row in good]
        return _Batch(len(rows), bad, good, new, {row.email: keys(row.email) for row in good})

    def _one(self, record: Record) -> Incoming | RowIssue:
        row = self._cleaner.clean(record)
        if isinstance(row, RowIssue):
            return row
        first = self._seen.first_line(row.email, row.line)
        if first == row.line:
            return row
        words = f"the address stands in line {first} already; that row was taken"
        return RowIssue(row.line, "duplicate", words, self.columns.written["email"], row.email)


@dataclass(slots=True)
class _Importing:
    store: Store
    options: ImportOptions
    report: ImportReport
    now: datetime
    issues: CsvIssues | None
    owners: dict[str, int | None]

    def refuse(self, issue: RowIssue) -> None:
        self.report.refuse(issue)
        if self.issues is not None:
            self.issues.write("bad", issue)

    def note(self, issue: RowIssue) -> None:
        self.report.note(issue)
        if self.issues is not None:
            self.issues.write("note", issue)


async def import_prospects(
    store: Store, path: Path, options: ImportOptions, now: datetime, progress: Progress | None = None
) -> ImportReport:
    """Take in a CSV file of any usual make; again, and it only updates.

    What a row does not say never erases what is known, and no import lifts a suppression: rows of
    suppressed addresses are taken and noted. `progress` is called after each 2,000 rows. Raises
    SheetError for a file that is no CSV or names no email column.
    """
    reading = await asyncio.to_thread(_open, path, options)
    report = ImportReport(str(path), options.dry_run, ignored_columns=reading.columns.ignored)
    async with store.reading() as unit:
        reading.owners = {name: rep.id for rep in await reps.listing(unit) for name in (rep.email, rep.name.casefold())}
    with ExitStack() as stack:
        issues = stack.enter_context(issues_file(options.report)) if options.report else None
        importing = _Importing(store, options, report, now, issues, reading.owners)
        async for batch in _read_ahead(reading):
            report.rows += batch.rows
            for row in batch.bad:
                importing.refuse(row)
            counts = await store.unit(lambda unit, batch=batch: _take(unit, importing, batch))  # type: ignore[misc]
            _count(importing, batch.good, *counts)
            if progress is not None:
                progress(report)
    return report


async def _read_ahead(reading: _Reading) -> AsyncIterator[_Batch]:
    """Batch after batch; while one is written the next is read."""
    coming = asyncio.ensure_future(asyncio.to_thread(reading.batch))
    try:
        while (batch := await coming).rows:
            coming = asyncio.ensure_future(asyncio.to_thread(reading.batch))
            yield batch
    finally:
        await asyncio.gather(coming, return_exceptions=True)


def _open(path: Path, options: ImportOptions) -> _Reading:
    records = open_sheet(path).records()
    header = next(records, None)
    if header is None or header.problem:
        problem = header.problem if header else "there is nothing in it"
        raise SheetError(f"{path}, line 1: the header cannot be read: {problem}. Export the file again.")
    return _Reading(records, columns_of(header.cells, str(path)), options.reserved)


async def _take(unit: Unit, importing: _Importing, batch: _Batch) -> tuple[Counts, dict[str, str]]:
    """Write one batch; what it did, and which of its addresses are suppressed. Repeatable."""
    stopped = await suppressions.find_by_keys(unit, batch.keys)
    if importing.options.dry_run:
        known = await arrivals.count_known(unit, [row.email for row in batch.good])
        return Counts(len(batch.good) - known, 0, known), stopped
    counts = await arrivals.put(unit, batch.new, importing.now)
    await _keep_opt_outs(unit, importing, [row.email for row in batch.good if row.opted_out])
    return counts, stopped


async def _keep_opt_outs(unit: Unit, importing: _Importing, emails: list[str]) -> None:
    """What an export says about opt-outs is believed, never the other way round (MAIL 49)."""
    who, now = importing.options.who, importing.now
    people = await prospects.by_email(unit, emails) if emails else {}
    for email, person in sorted(people.items()):
        if await prospects.mark(unit, person.id, "opted_out_at", now):
            await suppressions.add(unit, email, Reason.OPTED_OUT, who, now)
            told = NewFact(now, "suppressed", who, person.id, reason="opted_out", data={"through": "import"})
            await facts.append(unit, [told])


def _count(importing: _Importing, rows: list[Incoming], counts: Counts, stopped: dict[str, str]) -> None:
    report = importing.report
    report.added += counts.added
    report.updated += counts.updated
    report.unchanged += counts.unchanged
    for row in rows:
        for note in row.notes:
            importing.note(note)
        if row.owner and row.owner.casefold() not in importing.owners:
            words = f'there is no rep "{row.owner}"; taken without an owner'
            importing.note(RowIssue(row.line, "owner_unknown", words, "owner", row.email))
        if row.email in stopped:
            words = f"the address is suppressed ({stopped[row.email]}) and stays so"
            importing.note(RowIssue(row.line, "suppressed", words, "email", row.email))
        elif row.opted_out:
            words = "the export says opted out: nothing will be sent to this address"
            importing.note(RowIssue(row.line, "opted_out", words, "opted_out", row.email))
