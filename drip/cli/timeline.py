"""`drip timeline`: everything that happened to one prospect, and why."""

from datetime import datetime
from typing import TYPE_CHECKING

from drip.cli.options import Json, Who, whose
from drip.cli.output import note, say, say_json, strong

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drip.actions.forecasting.expected import Coming
    from drip.actions.suggested import Suggested
    from drip.actions.timeline import Line, Timeline
    from drip.cli.desk import Desk


def tell(who: Who, json: Json = False) -> None:
    """Everything that happened to one prospect: when, what, who did it and why; and when their next letter goes.

    Times are those of the prospect. With --json one fact a line; `at` is UTC there, and what is to come is in
    `drip forecast --each --json`.
    """
    from drip.actions.next_letter import next_letter
    from drip.actions.timeline import timeline
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show
    from drip.cli.words import day, to_promise
    from drip.clock import MachineClock

    async def work(desk: "Desk") -> "tuple[Timeline, datetime, Coming | None]":
        told = await timeline(desk.store, whose(who))
        coming = None if json else await next_letter(desk.store, whose(who), desk.now, MachineClock().now())
        return told, desk.now, coming

    told, now, coming = at_desk(work)
    if json:
        for line in told.lines:
            say_json(line)
        return
    if not told.lines:
        note(f"Nothing has happened to {told.email} yet. `drip enroll {told.email} --campaign KEY` begins it.")
        return
    say(strong(f"{told.name or told.email}, {told.email}; times are those of {told.time_zone}"))
    say()
    show(
        ["Date", "Time", Column("What happened", wraps=True), Column("Who", wraps=True)],
        [(day(line.local), f"{line.local:%H:%M}", _said(line), line.who) for line in told.lines],
    )
    say()
    say(_next(told, coming))
    asked = _still_asked(told.lines)
    if asked is not None and asked.on > now.date():
        note(f"To promise {day(asked.on)}, which they ask for: {to_promise(asked, told.email)}.")


def _said(line: "Line") -> str:
    """What happened, in which words, and the day that a reply asks for."""
    from drip.cli.words import suggestion

    words = line.words + (f' "{line.why}"' if line.why else "")
    return words if line.suggested is None else f"{words}. Suggested: {suggestion(line.suggested)}"


def _next(told: "Timeline", coming: "Coming | None") -> str:
    """When the next letter goes, or why none does."""
    from drip.cli.standing import standing
    from drip.cli.words import coming_letter

    file = told.newest
    if coming is not None:
        return f"Next, if nothing else happens: {coming_letter(coming, told.time_zone)}."
    if file is None:
        return "Next: no letter; they are in no campaign."
    if file.paused_at:
        return f"Next: no letter while they are paused: `drip enrollment resume {told.email}`."
    if file.waiting_for:
        return f"Next: no letter before the rep has dealt with what waits: `drip reply resolve {told.email}`."
    return f"Next: no letter; the file is {standing(file)}."


def _still_asked(lines: "Sequence[Line]") -> "Suggested | None":
    """The day the last reply asks for, where it can be promised and nobody has talked to them, or promised a day,
    since."""
    from drip.domain.call import REACHED

    for line in reversed(lines):
        if line.code == "replied" and line.why:
            return line.suggested if line.enrollment_id is not None else None
        if (line.code, line.reason) == ("recall_set", "promised") or (line.code == "called" and line.reason in REACHED):
            return None
    return None
