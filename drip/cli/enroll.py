"""`drip enroll`: one prospect, or many, from a CSV file or by what they have in common."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from drip.cli.forms import takes
from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.choose import Alike
    from drip.actions.enrolling.request import Enrolled, EnrollReport, Skipped
    from drip.cli.desk import Desk

SHOWN = 30  # skipped rows in the table for people
_HINTS = {
    "not_qualified": "Give what is missing, such as --tried-to-disqualify and --hot-button TEXT.",
    "outside_profile": 'If it is right all the same: --outside-profile "why".',
    "profile_unknown": 'Find it out, or if it is right all the same: --profile-unknown "why".',
    "closed_recently": 'If they want to hear from you again: --reopen "why".',
}


def _text(help_: str, metavar: str = "TEXT") -> Any:
    return typer.Option(metavar=metavar, help=help_)


@dataclass(frozen=True, slots=True)
class EnrollForm:
    """What is typed to enroll; with a CSV file, what counts for rows that do not say it themselves."""

    email: Annotated[str | None, typer.Argument(metavar="[EMAIL]", help="The prospect; or choose many.")] = None
    search: Annotated[str, _text("All with each of these in name, email, title or company.", "WORDS")] = ""
    owner: Annotated[str, _text("All of this rep, who enrolls where no --rep is given.", "EMAIL")] = ""
    country: Annotated[str, _text("All of this country, by code or name.", "COUNTRY")] = ""
    domain: Annotated[str, _text("All of the company with this domain.", "DOMAIN")] = ""
    campaign: Annotated[str | None, _text("The campaign, published.", "KEY")] = None
    rep: Annotated[str | None, _text("Who enrolls (default: the only rep there is).", "EMAIL")] = None
    csv: Annotated[Path | None, _text("Enroll every row of this file; see above.", "FILE")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask everything, change nothing.")] = False
    tried_to_disqualify: Annotated[bool | None, typer.Option(help="Did you try to disqualify them?")] = None
    hot_button: Annotated[str, _text("What matters most to them.")] = ""
    reason: Annotated[str, _text("Why they want to be called back, in their words.")] = ""
    next_step: Annotated[str, _text("What was agreed.")] = ""
    contact_method: Annotated[str, _text("How they like to be reached.")] = ""
    call_window: Annotated[
        Literal["early", "late", "any"] | None, typer.Option(help="When they like to be called (default: early).")
    ] = None
    promised_call_on: Annotated[str | None, _text("A call promised for that day; it never moves.", "DATE")] = None
    cadence: Annotated[str | None, _text('Another interval, such as "every 6 weeks".')] = None
    opted_in: Annotated[str | None, _text("They said yes already: the words they said it to.")] = None
    field: Annotated[list[str] | None, _text("For letters; may be given again.", "NAME=TEXT")] = None
    outside_profile: Annotated[str | None, _text("Enroll although outside the profile, because ...")] = None
    profile_unknown: Annotated[str | None, _text("Enroll although the profile is unknown, because ...")] = None
    reopen: Annotated[str | None, _text("Enroll although the file was closed lately, because ...")] = None
    idempotency_key: Annotated[str | None, _text("Doing it again with the same key does it once.", "KEY")] = None
    json: Json = False


@takes(EnrollForm)
def enroll_them(form: EnrollForm) -> bool:
    """Enroll one prospect in a campaign, or many: from a CSV file, or all who have something in common.

    --search, --owner, --country and --domain choose as in `drip prospect list`; who has an open file is left out.
    Together they choose who has all of it; --dry-run tells first what would be done.

    A file has a header row with a column email, and may have any of: campaign, rep, tried_to_disqualify,
    hot_button, reason, next_step, contact_method, call_window, promised_call_on, cadence, opted_in,
    outside_profile, profile_unknown, reopen, idempotency_key, and field.NAME. What a row leaves out is
    taken from the options. A bad row never stops the others.

    Exit code 1 when nobody was enrolled. With --json one object for each row, enrolled or skipped.
    """
    from drip.actions.importing.sheet import open_sheet
    from drip.cli.desk import at_desk

    if sum((form.email is not None, form.csv is not None, bool(_alike(form)))) != 1:
        raise InputError(
            "Say whom to enroll: an EMAIL, or --csv FILE with many, or all who have something in common by --search, "
            "--owner, --country and --domain."
        )
    if form.csv is not None:
        open_sheet(form.csv)  # a file that is none is told first
    report, zone = at_desk(lambda desk: _enroll(desk, form))
    if form.json:
        told: list[Enrolled | Skipped] = [*report.enrolled, *report.skipped]
        for one in sorted(told, key=lambda one: one.row or 0):
            say_json(_as_json(one))
    else:
        _tell(report, zone, form)
    return bool(report.enrolled)


def _alike(form: EnrollForm) -> "Alike":
    from drip.actions.choose import Alike

    return Alike(form.search, form.owner, form.country, form.domain)


async def _enroll(desk: "Desk", form: EnrollForm) -> "tuple[EnrollReport, tzinfo]":
    from drip.actions.choose import choose_free
    from drip.actions.enroll import enroll_many
    from drip.cli.enroll_rows import asked, defaults_of, rows_for, rows_of
    from drip.cli.progress import progress_of
    from drip.cli.steering import file_of
    from drip.domain.zones import zone_named

    given = await defaults_of(desk, form)
    if alike := _alike(form):
        emails = await choose_free(desk.store, alike)
        return await enroll_many(desk.store, rows_for(emails, given), desk.now, dry_run=form.dry_run), UTC
    if form.csv is None:
        alone = [(None, asked({**given, "email": form.email or ""}))]
        report = await enroll_many(desk.store, alone, desk.now, dry_run=form.dry_run)
    else:
        with progress_of(form.csv) as done:
            rows = rows_of(form.csv, given, done)
            report = await enroll_many(desk.store, rows, desk.now, dry_run=form.dry_run)
    first = next((one.enrollment_id for one in report.enrolled if one.enrollment_id), None)
    if first is None or form.csv is not None:
        return report, UTC
    return report, zone_named((await file_of(desk, first)).time_zone)


def _as_json(one: "Enrolled | Skipped") -> dict[str, object]:
    from drip.cli.output import plain

    found: dict[str, object] = plain(one)
    return {"state": "skipped" if "code" in found else "enrolled", **found}


def _tell(report: "EnrollReport", zone: tzinfo, form: EnrollForm) -> None:
    if form.email is None:
        _tell_many(report)
        if not report.enrolled and not report.skipped and form.csv is None:
            note("Nobody matches, or everybody who does has an open file: `drip prospect list` takes the same options.")
    elif report.enrolled:
        say(_told(report.enrolled[0], zone, report.dry_run))
        if not report.enrolled[0].meets_hours:
            note("The rep's hours do not meet the prospect's call window: the call falls outside them.")
    else:
        [one] = report.skipped
        was = "would not be" if report.dry_run else "was not"
        say(f"{one.email} {was} enrolled: {one.words.rstrip('.')} ({one.code}).")
        if one.code in _HINTS:
            note(_HINTS[one.code])


def _told(one: "Enrolled", zone: tzinfo, dry_run: bool) -> str:
    from drip.cli.words import day, moment

    if one.again:
        return f"{one.email} was enrolled with the same key before: enrollment {one.enrollment_id}."
    done = "would be enrolled" if dry_run else f"is enrolled (enrollment {one.enrollment_id})"
    over = f" (in spite of: {', '.join(code.replace('_', ' ') for code in one.overridden)})" if one.overridden else ""
    first = f"First letter {moment(one.first_at, zone)}{' UTC' if zone is UTC else ''}" if one.first_at else "No letter"
    recall = f"; recall {day(one.recall_on)}" if one.recall_on else ""
    return f"{one.email} {done}{over}. {first}{recall}."


def _tell_many(report: "EnrollReport") -> None:
    from drip.cli.table import Column, show
    from drip.cli.words import count

    would = "would be " if report.dry_run else ""
    again = sum(one.again for one in report.enrolled)
    before = f", {again} of them before with the same key" if again else ""
    say(f"{count(len(report.enrolled), 'prospect')} {would}enrolled{before}; {len(report.skipped)} {would}skipped.")
    unmet = sum(not one.meets_hours for one in report.enrolled)
    if unmet:
        note(f"The rep's hours do not meet the call window of {count(unmet, 'of them', 'of them')}.")
    if report.skipped:
        say()
        show(
            [Column("Line", right=True), "Email", "Code", Column("Why", wraps=True)],
            [(one.row, one.email, one.code, one.words) for one in report.skipped[:SHOWN]],
        )
    if len(report.skipped) > SHOWN:
        say(f"... and {len(report.skipped) - SHOWN:,} more; --json shows them all.")
