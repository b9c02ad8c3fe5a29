"""`drip rep hours` and `drip rep away`: when a rep is there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.forms import takes
from drip.cli.options import LARGEST_ID, By, Json, a_day
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.go_away import Entered
    from drip.actions.show_hours import AwayRow, Hours
    from drip.actions.tell_times import Told
    from drip.cli.desk import Desk
    from drip.domain.hours import Span

Zone = Annotated[str | None, typer.Option("--time-zone", metavar="ZONE", help="The rep's, kept from now on.")]


@dataclass(frozen=True, slots=True)
class HoursForm:
    """What is typed to see or change working hours."""

    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The rep's address.")]
    days: Annotated[str | None, typer.Option(metavar="DAYS", help="Such as mon-fri, or mon,wed-thu.")] = None
    from_: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Such as 08:00.")] = None
    to: Annotated[str | None, typer.Option(metavar="TIME", help="Such as 17:00; 24:00 is midnight.")] = None
    hours: Annotated[
        list[str] | None,
        typer.Option("--hours", metavar="TEXT", help='All at once, "mon-thu 08:00-12:00"; may be repeated.'),
    ] = None
    time_zone: Zone = None
    clear: Annotated[bool, typer.Option("--clear", help="Keep no hours: calls may fall at any time.")] = False
    by: By = None
    json: Json = False


@dataclass(frozen=True, slots=True)
class AwayForm:
    """What is typed to enter an absence."""

    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The rep's address.")]
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, by the rep's calendar.")]
    to: Annotated[str, typer.Option(metavar="DATE", help="The last day; it counts.")]
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Such as holiday; shown in the list.")] = ""
    time_zone: Zone = None
    by: By = None
    json: Json = False


@takes(HoursForm)
def hours_it(form: HoursForm) -> None:
    """Show or set a rep's working hours, by the rep's own clock.

    A recall falls where they meet the prospect's call window; where they do not meet in two weeks the
    prospect's window wins, and it says so. Promised calls keep their day. Letters go by the campaign's window.
    """
    from drip.actions.keep_hours import keep_hours
    from drip.actions.show_hours import show_hours
    from drip.cli.desk import at_desk, done_by

    wanted = _wanted(form)
    if wanted is None and form.time_zone is None:
        shown = at_desk(lambda desk: show_hours(desk.store, form.email, desk.now))
        if form.json:
            say_json(shown)
        else:
            _show(shown)
        return

    async def work(desk: "Desk") -> "tuple[Hours, Told]":
        context = await done_by(desk, form.by)
        kept = await keep_hours(desk.store, form.email, wanted, form.time_zone, context, desk.now)
        return await show_hours(desk.store, form.email, desk.now), kept.told

    shown, told = at_desk(work)
    if form.json:
        say_json({"hours": shown, "told": told})
    else:
        _show(shown)
        _tell(told, shown.rep)
        _tell_unmet(told)


@takes(AwayForm)
def away_it(form: AwayForm) -> None:
    """Enter days on which a rep is away.

    They hold the rep's letters and count as no silence; unpromised recalls move to the first slot after them,
    promised ones stay and are named. Afterwards nothing is caught up in a burst.
    """
    from drip.actions.go_away import Away, go_away
    from drip.cli.desk import at_desk, done_by
    from drip.cli.words import day

    first, last = a_day(form.from_, "--from"), a_day(form.to, "--to")
    assert first is not None
    assert last is not None
    away = Away(form.email, first, last, form.reason, form.time_zone)

    async def work(desk: "Desk") -> "Entered":
        return await go_away(desk.store, away, await done_by(desk, form.by), desk.now)

    entered = at_desk(work)
    if form.json:
        say_json(entered)
        return
    found = entered.absence
    say(f"{entered.rep} is away from {day(found.first_on)} to {day(found.last_on)} (absence {found.id}).")
    if found.begin_at == found.created_at:
        note("It has begun already: it holds letters from now on.")
    _tell(entered.told, entered.rep)


def list_away(
    email: Annotated[str | None, typer.Argument(metavar="[EMAIL]", help="Only this rep's.")] = None,
    json: Json = False,
) -> None:
    """Who is away, and who will be."""
    from drip.actions.show_hours import list_absences
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all
    from drip.cli.words import day

    def cells(one: "AwayRow") -> tuple[object, ...]:
        found = one.absence
        return found.id, one.rep, day(found.first_on), day(found.last_on), found.reason

    show_all(
        at_desk(lambda desk: list_absences(desk.store, email, desk.now)),
        json,
        "Nobody is away, now or later. Enter days off: `drip rep away EMAIL --from DATE --to DATE`.",
        [Column("Absence", right=True), "Rep", "From", "To", Column("Reason", wraps=True)],
        cells,
    )


def cancel_away(
    absence: Annotated[
        int, typer.Argument(metavar="ABSENCE", min=1, max=LARGEST_ID, help="Its number in `drip rep away list`.")
    ],
    by: By = None,
    json: Json = False,
) -> None:
    """Cancel an absence, or end it early: letters go on with the next opening, recalls come back."""
    from drip.actions.come_back import come_back
    from drip.cli.desk import at_desk, done_by

    async def work(desk: "Desk") -> "Entered":
        return await come_back(desk.store, absence, await done_by(desk, by), desk.now)

    done = at_desk(work)
    if json:
        say_json(done)
    else:
        say(f"{done.rep} is there again: absence {absence} is cancelled.")
        _tell(done.told, done.rep)


def _wanted(form: HoursForm) -> "tuple[Span, ...] | None":
    """The hours that were typed, () to keep none; None where nothing was said of them. Raises InputError."""
    parts = {"--days": form.days, "--from": form.from_, "--to": form.to}
    given = [name for name, value in parts.items() if value is not None]
    if form.clear and (given or form.hours):
        raise InputError("--clear and hours say two things. Say one of them.")
    if given and form.hours:
        raise InputError("Say --hours alone, or --days, --from and --to together.")
    if given and len(given) < len(parts):
        missing = ", ".join(name for name in parts if name not in given)
        raise InputError(f"Hours need --days, --from and --to; missing: {missing}.")
    if form.clear:
        return ()
    texts = form.hours or ([f"{form.days} {form.from_}-{form.to}"] if given else None)
    return None if texts is None else _spans(texts)


def _spans(texts: list[str]) -> "tuple[Span, ...]":
    from drip.domain.errors import HoursError
    from drip.domain.hours import hours_of

    try:
        return hours_of(part for text in texts for part in text.split(", "))
    except HoursError as error:
        raise InputError(str(error)) from None


def _show(one: "Hours") -> None:
    from drip.cli.words import day

    zone = f" ({one.time_zone})" if one.time_zone else ""
    say(
        f"{one.rep} works {one.hours}{zone}." if one.hours else f"{one.rep} keeps no hours: calls may fall at any time."
    )
    for found in one.absences:
        why = f", {found.reason}" if found.reason else ""
        say(f"Away from {day(found.first_on)} to {day(found.last_on)}{why} (absence {found.id}).")


def _tell(told: "Told", rep: str) -> None:
    from drip.cli.words import count

    if told.files:
        held = f", {count(told.letters_held, 'letter')} held" if told.letters_held else ""
        say(f"{count(told.files, 'open file')}: {count(told.recalls_moved, 'recall')} moved{held}.")
    if told.promised_count:
        stay = "stays where it is" if told.promised_count == 1 else "stay where they are"
        note(
            f"{count(told.promised_count, 'promised call')} in days off {stay}: "
            f"{_named(told.promised, told.promised_count)}. Hand them over: "
            f"`drip rep handover {rep} OTHER --prospect EMAIL`."
        )


def _tell_unmet(told: "Told") -> None:
    from drip.cli.words import count

    if told.unmet_count:
        whom = "is called in the prospect's own window" if told.unmet_count == 1 else "are called in their own window"
        note(
            f"These hours do not meet the call window of {count(told.unmet_count, 'prospect')} in the next two weeks, "
            f"who {whom}: {_named(told.unmet, told.unmet_count)}."
        )


def _named(emails: "tuple[str, ...]", total: int) -> str:
    more = f" and {total - len(emails):,} more" if total > len(emails) else ""
    return ", ".join(emails) + more
