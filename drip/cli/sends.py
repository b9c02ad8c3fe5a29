"""`drip sends uncertain|resolve`: letters whose answer was lost, and what became of them."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from drip.cli.options import After, By, Json, Limit, Why
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.happen import Context
    from drip.actions.resolve_send import Resolved
    from drip.cli.desk import Desk
    from drip.domain.errors import MovedError
    from drip.store.uncertain import Uncertain

ALL = "all"
_MOST = 10_000  # letters resolved by one command
_DIGITS = 18  # of a letter's number; a longer one is none the database could look for
MailboxName = Annotated[str | None, typer.Option("--mailbox", metavar="NAME", help="Only this mailbox's.")]
_SAID = {
    "accepted": "counts as arrived",
    "refused": "counts as never arrived",
    "again": "goes again, as the same letter",
}


def list_uncertain(mailbox: MailboxName = None, after: After = 0, limit: Limit = 50, json: Json = False) -> None:
    """Letters that were handed over and whose answer was lost: they may or may not have arrived."""
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    found = at_desk(lambda desk: _find(desk, mailbox, after, limit))
    show_all(
        [_shown(one) for one in found],
        json,
        "No letter is uncertain: every one that was handed over has its answer.",
        [Column("ID", right=True), "To", "Letter", "Mailbox", "Handed over (UTC)", Column("What happened", wraps=True)],
        lambda one: (
            one["id"],
            one["email"],
            one["step_key"],
            one["mailbox"] or "the maildir",
            one["handed_over"],
            f"{one['said']} {one['next']}",
        ),
    )
    if found and not json:
        note("Look in the mailbox's log, then: `drip sends resolve ID accepted|refused|again`.")
    if len(found) == limit and not json:
        note(f"There may be more: --after {found[-1].id}.")


def resolve_it(
    which: Annotated[str, typer.Argument(metavar="ID", help='The number of the letter, or "all".')],
    what: Annotated[
        Literal["accepted", "refused", "again"],
        typer.Argument(metavar="WHAT", help="accepted: it arrived. refused: it did not. again: send it again."),
    ],
    mailbox: MailboxName = None,
    reason: Why = None,
    by: By = None,
    json: Json = False,
) -> bool:
    """Say what became of an uncertain letter. Sent again it is the same letter, with the same Message-ID.

    Exit code 1 when one of them is not uncertain any more, or must not go again.
    """
    from drip.cli.desk import at_desk, done_by

    number = _number(which)
    if number is not None and mailbox is not None:
        raise InputError('--mailbox belongs to "all": `drip sends resolve all accepted --mailbox NAME`.')

    async def work(desk: "Desk") -> "tuple[list[Resolved], list[MovedError]]":
        context = await done_by(desk, by, reason)
        ids = [one.id for one in await _find(desk, mailbox, 0, _MOST)] if number is None else [number]
        return await _resolve(desk, ids, what, context)

    done, left = at_desk(work)
    for one in done:
        if json:
            say_json(
                {"id": one.letter.id, "email": one.letter.email, "step_key": one.letter.step_key, "what": one.what}
            )
        else:
            say(f'The letter "{one.letter.step_key}" to {one.letter.email} ({one.letter.id}) {_SAID[one.what]}.')
    for error in left:
        note(f"error: {error}")
    if not done and not left:
        note("No letter is uncertain; nothing was to be resolved.")
    return not left


async def _resolve(
    desk: "Desk", ids: list[int], what: str, context: "Context"
) -> "tuple[list[Resolved], list[MovedError]]":
    """Each in a unit of its own: what was done, and why the others were not."""
    from drip.actions.resolve_send import What, resolve_send
    from drip.domain.errors import MovedError

    done, left = [], []
    for ident in ids:
        try:
            done.append(await resolve_send(desk.store, ident, What(what), context, desk.now))
        except MovedError as error:
            left.append(error)
    return done, left


async def _find(desk: "Desk", mailbox: str | None, after: int, limit: int) -> "list[Uncertain]":
    from drip.actions.pause_mailbox import find_mailbox
    from drip.store import uncertain

    async with desk.store.reading() as unit:
        box = await find_mailbox(unit, mailbox) if mailbox is not None else None
        return await uncertain.listing(unit, box.id if box else None, after, limit)


def _shown(one: "Uncertain") -> dict[str, object]:
    from drip.cli.output import plain
    from drip.cli.words import moment

    handed_at = one.handed_at or one.lost_at
    return {**plain(one), "handed_at": plain(handed_at), "handed_over": moment(handed_at), "next": _next(one)}


def _next(one: "Uncertain") -> str:
    """What happens to it if nobody says anything."""
    if one.again_at is not None:
        return f"It goes again at {one.again_at:%H:%M} UTC, as the mailbox says."
    if one.lost:
        return "It was sent again already; it is left as it is."
    return "It is left as it is, as the mailbox says."


def _number(which: str) -> int | None:
    """The letter meant; None for all. Raises InputError."""
    text = which.strip().removeprefix("#")
    if text.lower() == ALL:
        return None
    if text.isascii() and text.isdigit():
        if len(text) > _DIGITS:
            raise InputError(f"There is no letter {which}. `drip sends uncertain` shows those that are uncertain.")
        return int(text)
    raise InputError(f'"{which}" is no letter. Give its number (`drip sends uncertain` shows it), or "all".')
