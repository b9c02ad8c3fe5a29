"""`drip campaign publish`: freeze a version, and say what happens to those on their way."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.campaign import Key
from drip.cli.options import Json
from drip.cli.output import InputError, RefusedError, note, say, say_json
from drip.cli.table import show
from drip.cli.words import count

if TYPE_CHECKING:
    from drip.actions.publish import Published, Publishing, Traveller
    from drip.cli.desk import Desk

SHOWN = 20  # people on their way


def publish_it(
    campaign: Key,
    keep: Annotated[
        bool | None,
        typer.Option("--keep/--move", help="Those on their way keep their version, or move to this one."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show who is on their way; change nothing.")] = False,
    json: Json = False,
) -> None:
    """Freeze a version of a campaign; from then on prospects can be enrolled in it, and it never changes.

    It is checked first: exit code 1 when something is wrong with it. Where people are on their way in an
    older version you say what happens to them, --keep or --move; --dry-run shows who they are.
    """
    from drip.actions.publish import Publishing
    from drip.cli.desk import at_desk
    from drip.cli.places import campaign_file, templates

    choice = None if keep is None else "keep" if keep else "move"
    wanted = Publishing(campaign_file(campaign), templates(), on_the_way=choice, dry_run=dry_run)
    done = at_desk(lambda desk: _published(desk, wanted))
    if json:
        say_json(done)
    else:
        _tell(done, wanted)


async def _published(desk: "Desk", wanted: "Publishing") -> "Published":
    """Publish; where people are on their way and nobody chose, show who they are and ask."""
    from drip.actions.publish import ChoiceNeededError, PublishError, publish

    try:
        return await publish(desk.store, wanted, desk.now)
    except ChoiceNeededError as error:
        shown = await publish(desk.store, replace(wanted, dry_run=True), desk.now)
        _travellers(shown.on_the_way, note)
        raise InputError(f"{error} Say --keep or --move.") from None
    except PublishError as error:
        if error.findings:
            raise RefusedError(str(error)) from None
        raise


def _tell(done: "Published", wanted: "Publishing") -> None:
    for warning in done.warnings:
        note(str(warning))
    if done.version_id is None:
        what = "would be published" if done.new else "is published already; nothing has changed since"
        say(f"{done.key} version {done.number} {what}.")
        _travellers(done.on_the_way, say)
        return
    if done.new:
        say(f"Published {done.key} version {done.number}.")
    else:
        say(f"Nothing has changed since {done.key} version {done.number}; it stays the newest.")
    if wanted.on_the_way == "move":
        say(f"{count(done.moved, 'enrollment')} moved to it.")
    if done.left:
        ids = ", ".join(str(one) for one in done.left[:SHOWN])
        note(f"{count(len(done.left), 'enrollment')} could not move yet, a letter is on its way: {ids}. Do it again.")
    if done.new and not done.on_the_way:
        note(f"Next: `drip enroll EMAIL --campaign {done.key}`.")


def _travellers(people: "Sequence[Traveller]", to: Callable[[str], None]) -> None:
    if not people:
        return
    to(f"{count(len(people), 'person is', 'people are')} on their way in an older version:")
    rows = [
        (one.enrollment_id, one.email, one.version, one.step or "after the last", one.moves_to or "nothing left")
        for one in people[:SHOWN]
    ]
    show(["Enrollment", "Email", "Version", "Next step", "After a move"], rows, to)
    if len(people) > SHOWN:
        to(f"... and {count(len(people) - SHOWN, 'more', 'more')}.")
