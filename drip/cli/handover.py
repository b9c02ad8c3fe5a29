"""`drip rep handover`: another rep takes over, with letters, recalls and tasks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.forms import takes
from drip.cli.options import By, Json, Why
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.take_over import Asked, TakenOver
    from drip.cli.desk import Desk


@dataclass(frozen=True, slots=True)
class HandoverForm:
    """What is typed to hand prospects over."""

    before: Annotated[str, typer.Argument(metavar="FROM", help="The rep who has them.")]
    after: Annotated[str, typer.Argument(metavar="TO", help="The rep who takes them over.")]
    prospect: Annotated[
        list[str] | None, typer.Option("--prospect", metavar="EMAIL", help="Only this prospect; may be repeated.")
    ] = None
    campaign: Annotated[str | None, typer.Option("--campaign", metavar="KEY", help="Only those of one campaign.")] = (
        None
    )
    everybody: Annotated[bool, typer.Option("--all", help="Everybody FROM has.")] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show who would move; change nothing.")] = False
    by: By = None
    why: Why = None
    json: Json = False


@takes(HandoverForm)
def hand_over(form: HandoverForm) -> None:
    """Hand prospects over to another rep: sender, signature, recalls and tasks follow.

    Who moves is shown first. Letters that have not left are written again in the new name, and go once;
    promised calls keep their day. Cut off, it goes on when typed again; handing back undoes it.
    """
    from drip.actions.take_over import Asked
    from drip.cli.desk import at_desk

    if form.everybody + bool(form.prospect or form.campaign) != 1:
        raise InputError("Say who is handed over: --prospect EMAIL, --campaign KEY, or --all.")
    emails = tuple(form.prospect) if form.prospect else None
    asked = Asked(form.before, form.after, emails, form.campaign, form.dry_run)
    done = at_desk(lambda desk: _hand_over(desk, form, asked))
    if form.json:
        say_json(done)
    elif done.done:
        _tell(done)


async def _hand_over(desk: "Desk", form: HandoverForm, asked: "Asked") -> "TakenOver":
    """Show who would move, and then move them."""
    from drip.actions.take_over import take_over
    from drip.cli.desk import done_by

    context = await done_by(desk, form.by, form.why)
    if not form.json:
        shown = await take_over(desk.store, replace(asked, dry_run=True), context, desk.now)
        _summary(shown, say if form.dry_run else note)
        if form.dry_run:
            return shown
    return await take_over(desk.store, asked, context, desk.now)


def _summary(found: "TakenOver", to: Callable[[str], None]) -> None:
    from drip.cli.table import show
    from drip.cli.words import count, day

    if not found.files:
        to(f"{found.before} has nobody to hand over.")
        return
    closed = f" and {count(found.files - found.open, 'closed one')}" if found.files > found.open else ""
    mailbox = f", whose letters go by the mailbox {found.mailbox}" if found.mailbox else ""
    to(f"{count(found.open, 'open file')}{closed} of {found.before} for {found.after}{mailbox}:")
    rows = [
        (
            one.enrollment_id,
            one.email,
            one.campaign,
            one.state,
            day(one.recall_on) if one.recall_on else "",
            "promised" if one.recall_reason == "promised" else "",
        )
        for one in found.movers
    ]
    show(["Enrollment", "Email", "Campaign", "State", "Recall", ""], rows, to)
    if found.files > len(found.movers):
        to(f"... and {count(found.files - len(found.movers), 'more', 'more')}.")
    for warning in found.warnings:
        note(warning)


def _tell(done: "TakenOver") -> None:
    from drip.cli.words import count

    say(f"{count(done.files, 'file')} handed over from {done.before} to {done.after}.")
    parts = [
        (done.recalls_moved, count(done.recalls_moved, "recall") + " moved to another slot"),
        (done.letters, count(done.letters, "letter") + " taken back, to be written in the new name"),
        (done.on_the_wire, count(done.on_the_wire, "letter") + " on the wire or in doubt stays as it is"),
    ]
    told = [words for number, words in parts if number]
    if told:
        say("; ".join(told) + ".")
    if done.files:
        note(f"To undo it hand them back: `drip rep handover {done.after} {done.before} --prospect EMAIL`.")
