"""`drip forecast`: who gets what, when and from whom, and which calls fall due, in the next weeks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from drip.cli.forms import takes
from drip.cli.options import Json
from drip.cli.output import InputError, note

if TYPE_CHECKING:
    from drip.actions.forecast import Asked, Forecast, Tell
    from drip.actions.forecasting.expected import Coming

_USUAL = 1_000  # lines of --each


@dataclass(frozen=True, slots=True)
class ForecastForm:
    """What is typed to get a forecast."""

    weeks: Annotated[int, typer.Option(metavar="N", min=1, max=52, help="How many weeks ahead.")] = 4
    rep: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this rep's prospects.")] = None
    mailbox: Annotated[str | None, typer.Option(metavar="NAME", help="Only letters from this mailbox.")] = None
    campaign: Annotated[str | None, typer.Option(metavar="KEY", help="Only this campaign's.")] = None
    by: Annotated[Literal["day", "week"], typer.Option(help="Count by the day, or by the week from Monday.")] = "day"
    each: Annotated[bool, typer.Option("--each", help="List each letter and call instead of counting.")] = False
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=1_000_000, help=f"With --each: at most so many (default {_USUAL})."),
    ] = None
    json: Json = False
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header row, for a spreadsheet.")] = False


@takes(ForecastForm)
def forecast_it(form: ForecastForm) -> None:
    """Tell who gets what, when and from whom, and which calls fall due.

    It holds if nothing else happens: nobody answers, no call is made, and no mail server asks us to wait. The same
    rules decide as when letters are sent. Letters a day stand beside the mailbox's pace; what it cannot send on
    their day is told.
    """
    if form.json and form.csv:
        raise InputError("--json and --csv: choose one of them.")
    if form.limit is not None and not form.each:
        raise InputError("--limit belongs to --each; without it everything is counted.")
    if form.each and form.by != "day":
        raise InputError("--by counts, and --each lists: choose one of them.")
    if form.each:
        _list(form)
    else:
        _count(form)


def _count(form: ForecastForm) -> None:
    from drip.actions.forecasting.tally import Each, Tally
    from drip.cli.forecast_counts import rows, tell
    from drip.cli.forecast_rows import print_rows

    tally = Tally()
    made, lacking = _forecast(form, tally.add)
    if form.json or form.csv:
        print_rows(rows(made, tally, Each(form.by)), csv=form.csv)
    elif not tally.places:
        _say_nothing_comes(form)
    else:
        tell(made, tally, Each(form.by), _asked(form))
    _warn(made, lacking)


def _list(form: ForecastForm) -> None:
    from drip.cli.forecast_rows import Earliest, as_rows, print_rows, tell_each

    earliest = Earliest(form.limit or _USUAL)
    made, lacking = _forecast(form, earliest.add)
    found = earliest.sorted()
    if form.json or form.csv:
        print_rows(as_rows(found, made.team), csv=form.csv)
    elif found:
        tell_each(found, made)
    else:
        _say_nothing_comes(form)
    if earliest.seen > len(found):
        note(f"The first {len(found):,} of {earliest.seen:,}; --limit {earliest.seen} shows them all.")
    _warn(made, lacking)


def _forecast(form: ForecastForm, tell: "Tell") -> "tuple[Forecast, set[int]]":
    """The forecast, each line of which `tell` hears; and the mailboxes whose letters wait for a postal address."""
    from drip.actions.forecast import forecast
    from drip.cli.desk import Desk, at_desk
    from drip.cli.progress import progress
    from drip.clock import MachineClock

    lacking = set[int]()

    def heard(one: "Coming") -> None:
        if one.waits == "no_postal_address" and one.mailbox_id is not None:
            lacking.add(one.mailbox_id)
        tell(one)

    async def work(desk: Desk) -> "Forecast":
        with progress("enrollments") as seen:
            return await forecast(desk.store, _asked(form), desk.now, MachineClock().now(), heard, seen)

    return at_desk(work), lacking


def _asked(form: ForecastForm) -> "Asked":
    from drip.actions.forecast import Asked

    return Asked(form.weeks, form.rep, form.mailbox, form.campaign)


def _say_nothing_comes(form: ForecastForm) -> None:
    from drip.cli.words import count

    of_whom = " of that" if form.rep or form.mailbox or form.campaign else ""
    note(
        f"Nothing{of_whom} comes in the next {count(form.weeks, 'week')}. `drip forecast --weeks 26` looks further; "
        "`drip enroll` begins a drip."
    )


def _warn(made: "Forecast", lacking: set[int]) -> None:
    from drip.cli.words import no_postal_address

    for ident in sorted(lacking):
        note(no_postal_address(made.team.mailboxes[ident].name))
    if made.unreadable:
        note(f"{made.unreadable:,} enrollments cannot be read and are left out; `drip doctor` tells why.")
