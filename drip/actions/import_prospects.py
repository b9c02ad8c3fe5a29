"""Import a customer list: every good row is taken, every bad one is told with line and reason."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from drip.actions.importing.columns import Columns, columns_of
from drip.actions.importing.people import company_of, prospect_of
from drip.actions.importing.report import CsvIssues, ImportReport, RowIssue, issues_file
from drip.actions.importing.row import Incoming, clean_row
from drip.actions.importing.sheet import Record, SheetError, open_sheet
from drip.domain.suppression import Reason
from drip.store import companies, facts, prospects, reps, suppressions
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact
from drip.store.prospects import Counts

BATCH = 1_000

Progress = Callable[[ImportReport], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`who` imports; `reserved` lets address names through that only tests use (.test and the
    like); `report` is where a CSV of every issue goes; a dry run changes nothing."""

    who: str = "cli"
    dry_run: bool = False
    reserved: bool = False
    report: Path | None = None


@dataclass(slots=True)
class _Reading:
    """A file being read: it remembers each address by a few bytes, to name the first line of one
    that comes again (about 100 bytes a row; all else is constant)."""

    origin: str
    records: Iterator[Record]
    columns: Columns
    reserved: bool
    seen: dict[int, int] = field(default_factory=dict)

    def batch(self) -> list[Incoming | RowIssue]:
        """The next rows, cleaned; empty at the end."""
        return [self._one(record) for record in islice(self.records, BATCH)]

    def _one(self, record: Record) -> Incoming | RowIssue:
        row = clean_row(record, self.columns, self.reserved)
        if isinstance(row, RowIssue):
            return row
        mark = int.from_bytes(blake2b(row.email.encode(), digest_size=8).digest())
        first = self.seen.setdefault(mark, row.line)
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
    suppressed addresses are taken and noted. `progress` is called after each 1,000 rows. Raises
    SheetError for a file that is no CSV or names no email column.
    """
    reading = await asyncio.to_thread(_open, path, options)
    report = ImportReport(str(path), options.dry_run, ignored_columns=reading.columns.ignored)
    async with store.reading() as unit:
        owners = {name: rep.id for rep in await reps.listing(unit) for name in (rep.email, rep.name.casefold())}
    with ExitStack() as stack:
        issues = stack.enter_context(issues_file(options.report)) if options.report else None
        importing = _Importing(store, options, report, now, issues, dict(owners))
        while rows := await asyncio.to_thread(reading.batch):
            report.rows += len(rows)
            for row in rows:
                if isinstance(row, RowIssue):
                    importing.refuse(row)
            good = [row for row in rows if isinstance(row, Incoming)]
            counts = await store.unit(lambda unit, good=good: _take(unit, importing, good))  # type: ignore[misc]
            _count(importing, good, *counts)
            if progress is not None:
                progress(report)
    return report


def _open(path: Path, options: ImportOptions) -> _Reading:
    records = open_sheet(path).records()
    header = next(records, None)
    if header is None or header.problem:
        problem = header.problem if header else "there is nothing in it"
        raise SheetError(f"{path}, line 1: the header cannot be read: {problem}. Export the file again.")
    return _Reading(str(path), records, columns_of(header.cells, str(path)), options.reserved)


async def _take(unit: Unit, importing: _Importing, rows: list[Incoming]) -> tuple[Counts, dict[str, str]]:
    """Write one batch; what it did, and which of its addresses are suppressed. Repeatable."""
    stopped = await suppressions.find(unit, [row.email for row in rows])
    if importing.options.dry_run:
        known = len(await prospects.by_email(unit, [row.email for row in rows]))
        return Counts(len(rows) - known, 0, known), stopped
    firms = [(row, firm) for row in rows if (firm := company_of(row)) is not None]
    ids = await companies.put(unit, [firm for _, firm in firms], importing.now) if firms else []
    employer = {row.email: ident for (row, _), ident in zip(firms, ids, strict=True)}
    owners = importing.owners
    new = [prospect_of(row, employer.get(row.email), owners.get((row.owner or "").casefold())) for row in rows]
    counts = await prospects.put(unit, new, importing.now)
    await _keep_opt_outs(unit, importing, [row.email for row in rows if row.opted_out])
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
