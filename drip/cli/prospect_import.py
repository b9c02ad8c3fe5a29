"""`drip prospect import`: take in a customer list, and say what became of each row."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import By, Json
from drip.cli.output import note, say, say_json
from drip.cli.table import Column, show
from drip.cli.words import count

if TYPE_CHECKING:
    from drip.actions.importing.report import ImportReport, RowIssue
    from drip.cli.desk import Desk

SHOWN = 10  # rows of each kind; a report file has them all


def import_them(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a header row.")],
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every bad row and note here, as CSV.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    reserved: Annotated[
        bool, typer.Option("--allow-test-domains", help="Take addresses such as ann@example.test, too.")
    ] = False,
    by: By = None,
    json: Json = False,
) -> bool:
    """Take in a CSV file such as an export of HubSpot, Salesforce or Pipedrive contacts.

    A bad row stops nothing: it is told with its line and the reason. Doing it again updates; what a row
    leaves out stays as it is known, and nobody who is suppressed is let loose. Exit code 1 when no row
    could be taken. With --json: one object, with the counts and the first thousand rows of each kind.
    """
    from drip.cli.desk import at_desk

    async def work(desk: "Desk") -> "ImportReport":
        from drip.actions.import_prospects import ImportOptions, import_prospects
        from drip.cli.desk import done_by
        from drip.cli.progress import progress_of

        who = (await done_by(desk, by)).who
        options = ImportOptions(who, dry_run, reserved, report)
        with progress_of(file) as done:
            return await import_prospects(desk.store, file, options, desk.now, lambda found: done(found.rows))

    found = at_desk(work)
    if json:
        say_json(found)
    else:
        _tell(found, report)
    return found.taken > 0


def _tell(report: "ImportReport", written: Path | None) -> None:
    would = "would be " if report.dry_run else ""
    if not report.rows:
        note(f"There are no rows below the header of {report.origin}. Is it the right file?")
        return
    say(f"{count(report.rows, 'row')} read from {report.origin}:")
    for number, what in (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged" if not report.dry_run else "known already"),
        (report.bad, "not taken"),
    ):
        if number or what == "added":
            say(f"  {number:>7,}  {would if what in ('added', 'updated') else ''}{what}")
    if report.ignored_columns:
        note(f"Columns not read: {', '.join(report.ignored_columns)}.")
    _issues("Not taken", report.bad_rows, report.bad)
    _issues("Taken, but", report.notes, sum(report.counts.values()) - report.bad)
    if written:
        note(f"Every one of them is in {written}.")
    if report.taken and not report.dry_run:
        note("Next: `drip prospect list`, then `drip enroll EMAIL --campaign KEY`.")


def _issues(title: str, issues: "list[RowIssue]", number: int) -> None:
    if not issues:
        return
    say()
    say(f"{title}:")
    show(
        [Column("Line", right=True), Column("Why", wraps=True), "Email"],
        [(one.line, one.words, one.email) for one in issues[:SHOWN]],
    )
    if number > SHOWN:
        say(f"... and {number - SHOWN:,} more; --report FILE writes them all.")
