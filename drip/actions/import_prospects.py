"""Import a customer list: every good row is taken, every bad one is told with line and reason."""

import asyncio
import sys
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from drip.actions.importing.reading import Batch, Reading
from drip.actions.importing.report import CsvIssues, ImportReport, RowIssue, issues_file
from drip.actions.importing.row import Incoming
from drip.domain.suppression import Reason
from drip.store import arrivals, facts, prospects, reps, suppressions
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact
from drip.store.prospects import Counts

ABREAST = 2  # batches whose people are written at the same time
TURN = 0.0005  # seconds

Progress = Callable[[ImportReport], None]
_Stopped = dict[str, str]  # addresses that are suppressed, and why
_Written = tuple[Batch, Counts, _Stopped]
_Task = asyncio.Task[tuple[Counts, _Stopped]]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`who` imports; `reserved` lets address names through that only tests use (.test and the
    like); `report` is where a CSV of every issue goes; a dry run changes nothing."""

    who: str = "cli"
    dry_run: bool = False
    reserved: bool = False
    report: Path | None = None


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
    reading = await asyncio.to_thread(Reading, path, reserved=options.reserved)
    report = ImportReport(str(path), options.dry_run, ignored_columns=reading.columns.ignored)
    async with store.reading() as unit:
        reading.owners = {name: rep.id for rep in await reps.listing(unit) for name in (rep.email, rep.name.casefold())}
    with ExitStack() as stack:
        stack.enter_context(_prompt_turns())
        issues = stack.enter_context(issues_file(options.report)) if options.report else None
        importing = _Importing(store, options, report, now, issues, reading.owners)
        async with aclosing(_written(importing, reading)) as written:
            async for batch, counts, stopped in written:
                report.rows += batch.rows
                for row in batch.bad:
                    importing.refuse(row)
                _count(importing, batch.good, counts, stopped)
                if progress is not None:
                    progress(report)
    return report


@contextmanager
def _prompt_turns() -> Iterator[None]:
    """While a thread reads, whoever hears from the database has their turn soon: by Python's own measure (5 ms) the
    dozen statements of a batch would wait longer for the thread than for the database."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(TURN, before))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


async def _written(importing: _Importing, reading: Reading) -> AsyncGenerator[_Written, None]:
    """Batch after batch as they were written. While the people of one are written, the companies of the next are, and
    then its people: nobody is in two batches, since an address is taken once. Companies come one batch after the
    other, for of two rows of one company the later one counts. When a batch fails the one behind it is given up,
    if it was not written already."""
    store, dry_run = importing.store, importing.options.dry_run
    under_way: deque[tuple[Batch, _Task]] = deque()
    try:
        async with aclosing(reading.batches()) as batches:
            async for batch in batches:
                if not dry_run:
                    await store.unit(partial(arrivals.put_companies, given=batch.new, now=importing.now))
                people = asyncio.create_task(store.unit(partial(_take, importing=importing, batch=batch)))
                under_way.append((batch, people))
                if len(under_way) == ABREAST:
                    yield await _first(under_way)
        while under_way:
            yield await _first(under_way)
    finally:
        for _, people in under_way:
            people.cancel()
        await asyncio.gather(*(people for _, people in under_way), return_exceptions=True)


async def _first(under_way: deque[tuple[Batch, _Task]]) -> _Written:
    batch, people = under_way.popleft()
    return batch, *await people


async def _take(unit: Unit, importing: _Importing, batch: Batch) -> tuple[Counts, _Stopped]:
    """Write the people of a batch; what it did, and which of its addresses are suppressed. Repeatable."""
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


def _count(importing: _Importing, rows: list[Incoming], counts: Counts, stopped: _Stopped) -> None:
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
