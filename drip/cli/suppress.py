"""`drip suppress`: addresses and domains nothing is sent to."""

from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.options import After, By, Json, Limit, Why
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.suppress import SuppressDone
    from drip.cli.desk import Desk
    from drip.store.suppressions import SuppressionRow

_BECAUSE = {"by_hand": "by hand", "hard_bounce": "because a letter came back"}  # of those that can be lifted
Target = Annotated[str, typer.Argument(metavar="TARGET", help="An address, or a domain with all below it.")]


def add(
    target: Target,
    everybody: Annotated[bool, typer.Option("--everybody", help="Though the domain is a mail provider's.")] = False,
    reason: Why = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Suppress an address or a whole domain: nothing is sent there any more, letters on their way included."""
    from drip.actions.freemail import is_freemail
    from drip.actions.suppress import suppress
    from drip.cli.desk import at_desk, done_by
    from drip.cli.words import count
    from drip.domain.suppression import normal

    what = normal(target)
    if "@" not in what and is_freemail(what) and not everybody:
        raise InputError(
            f"{what} is a mail provider, where anybody has an address. `drip suppress {what} --everybody` stops all "
            f"letters to all of them; `drip suppress ann@{what}` those to one."
        )

    async def work(desk: "Desk") -> "SuppressDone":
        return await suppress(desk.store, target, await done_by(desk, by, reason), desk.now)

    done = at_desk(work)
    if json:
        say_json(done)
    elif done.already:
        say(f"{done.what} was suppressed already.")
    else:
        say(f"{done.what} is suppressed; {count(done.stopped, 'open file')} stopped.")
        if not done.known:
            has = "has this address" if "@" in done.what else "has an address at this domain"
            note(f"No prospect {has}. If it is mistyped: `drip suppress lift {done.what} --reason mistyped`.")


def lift_it(
    target: Target,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is over; kept.")],
    by: By = None,
    json: Json = False,
) -> None:
    """Allow an address or domain again; never one whose owner opted out or complained.

    Files it stopped stay as they are: enroll again.
    """
    from drip.actions.lift import lift
    from drip.cli.desk import at_desk, done_by

    async def work(desk: "Desk") -> str:
        return await lift(desk.store, target, await done_by(desk, by, reason), desk.now)

    was = at_desk(work)
    if json:
        say_json({"what": target, "was": was})
    else:
        say(f"{target} may be written to again. It was suppressed {_BECAUSE[was]}.")
        note("Files it stopped stay as they are; enroll again where that is right.")


def list_all(
    after: After = 0,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Everything that is suppressed, the newest first."""
    from drip.actions.listings import list_reps
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all
    from drip.cli.words import moment
    from drip.store import suppressions

    async def work(desk: "Desk") -> "list[SuppressionRow]":
        names.update({f"rep:{rep.id}": rep.name for rep in await list_reps(desk.store)})
        async with desk.store.reading() as unit:
            return await suppressions.listing(unit, after or None, limit)

    names = {"cli": "command line", "prospect": "the prospect", "service": "drip"}
    found = at_desk(work)
    show_all(
        found,
        json,
        "Nothing is suppressed. `drip suppress ann@example.com` or `drip suppress example.com` does it.",
        [Column("N", right=True), "What", "Reason", "Since (UTC)", "By"],
        lambda one: (
            one.id,
            one.address or one.domain,
            one.reason.replace("_", " "),
            moment(one.at),
            names.get(one.who, one.who),
        ),
    )
    if len(found) == limit and not json:
        note(f"There may be more: --after {found[-1].id}.")
