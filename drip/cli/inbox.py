"""`drip inbox list|show|place|dismiss`: mails that came in and could not be placed."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from drip.cli.options import LARGEST_ID, After, By, Json, Limit, Who, whose
from drip.cli.output import note, plain, say, say_json

if TYPE_CHECKING:
    from drip.actions.receive import Received
    from drip.cli.desk import Desk
    from drip.store.inbox import Kept

Mail = Annotated[int, typer.Argument(metavar="ID", min=1, max=LARGEST_ID, help="The number of the mail.")]
_NOBODY, _NO_SUBJECT = "(nobody is named)", "(no subject)"
_LONGEST = 20_000  # characters of a mail that are shown
Means = Literal["reply", "auto_reply", "bounce", "complaint", "opt_out", "left_company", "challenge"]


def list_them(
    everything: Annotated[bool, typer.Option("--all", help="Also those set aside, placed and dismissed.")] = False,
    after: After = 0,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Mails that wait for a person: nobody could be found whose they are."""
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    async def work(desk: "Desk") -> "list[Kept]":
        from drip.store import inbox

        async with desk.store.reading() as unit:
            return await inbox.listing(unit, everything=everything, after=after, limit=limit)

    found = at_desk(work)
    columns: list[Column | str] = [Column("ID", right=True), "Came (UTC)", "What", "State", Column("From", wraps=True)]
    empty = "The inbox is empty: every mail that came in found its prospect."
    show_all(found, json, empty, [*columns, Column("Subject", wraps=True)], lambda one: _cells(one, everything))
    if found and not json:
        note("Read one with `drip inbox show ID`; then: `drip inbox place ID WHO` or `drip inbox dismiss ID`.")
    if len(found) == limit and not json:
        note(f"There may be more: --after {found[-1].id}.")


def show_it(which: Mail, json: Json = False) -> None:
    """One mail: who wrote it, what was understood, and the words in it."""
    from drip.actions.whose import NotFoundError
    from drip.cli.desk import at_desk
    from drip.cli.table import clean
    from drip.inbound.seen import EVENT

    async def work(desk: "Desk") -> "tuple[Kept | None, bytes | None]":
        from drip.store import inbox

        async with desk.store.reading() as unit:
            return await inbox.get(unit, which), await inbox.raw(unit, which)

    kept, raw = at_desk(work)
    if kept is None:
        raise NotFoundError(f"There is no mail {which} in the inbox. `drip inbox list` shows those that wait.")
    words = _words(kept, raw)
    if json:
        say_json({**plain(kept), "text": words})
        return
    to = clean(_recipients(raw)) if raw and kept.rule != EVENT else ""
    say(f"From:    {clean(kept.sender) or _NOBODY}" + (f"\nTo:      {to}" if to else ""))
    say(f"Subject: {clean(kept.subject) or _NO_SUBJECT}")
    say(f"{_taken_for(kept)}, and is {kept.state.replace('_', ' ')}.\n")
    say("\n".join(clean(line) for line in words.splitlines()) or "There are no words in it.")
    if kept.state in ("waiting", "set_aside"):
        means = " --as reply" if _is_no_mail(kept) else ""
        note(f"Whose is it? `drip inbox place {kept.id} WHO{means}`, or `drip inbox dismiss {kept.id}`.")


def place_it(
    which: Mail,
    who: Who,
    means: Annotated[
        Means | None, typer.Option("--as", metavar="WHAT", help="What it is, where that was understood wrongly.")
    ] = None,
    by: By = None,
    json: Json = False,
) -> None:
    """Say whose a mail is: it is acted on now, as if it had been placed when it came.

    WHAT is reply, auto_reply, bounce (a dead address), complaint, opt_out, left_company or challenge.
    """
    from drip.actions.place import place
    from drip.cli.desk import at_desk, done_by
    from drip.cli.receive import in_words
    from drip.inbound.classify import Cls

    async def work(desk: "Desk") -> "Received":
        context = await done_by(desk, by)
        return await place(desk.store, which, whose(who), Cls(means) if means else None, context, desk.now)

    done = at_desk(work)
    if json:
        say_json(done.as_json())
    else:
        say(f"Mail {which}: {in_words(done)}.")


def dismiss_it(which: Mail, by: By = None, json: Json = False) -> None:
    """Nothing follows from a mail: it leaves the inbox and its words are erased."""
    from drip.actions.place import dismiss
    from drip.cli.desk import at_desk, done_by

    async def work(desk: "Desk") -> None:
        await dismiss(desk.store, which, await done_by(desk, by), desk.now)

    at_desk(work)
    if json:
        say_json({"id": which, "done": "dismissed"})
    else:
        say(f"Mail {which} is dismissed; its words are erased.")


def _cells(one: "Kept", everything: bool) -> list[object]:
    """Its row; of mails that all wait nobody needs the state."""
    from drip.cli.words import moment

    state = one.state.replace("_", " ") if everything else ""
    what = "no mail" if _is_no_mail(one) else one.cls.replace("_", " ")
    return [one.id, moment(one.at), what, state, one.sender or _NOBODY, one.subject or _NO_SUBJECT]


def _is_no_mail(kept: "Kept") -> bool:
    from drip.inbound.classify import NO_MAIL

    return kept.rule == NO_MAIL


def _is_text(raw: bytes) -> bool:
    """Whether it is UTF-8 as people write it; its last letter may be cut."""
    from codecs import getincrementaldecoder

    try:
        return "\0" not in getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return False


def _taken_for(kept: "Kept") -> str:
    """What was understood of it."""
    if _is_no_mail(kept):
        return "It came without a header, as no mail does: nothing in it says from whom it is"
    return f"It was understood as {kept.cls.replace('_', ' ')} ({kept.rule})"


def _recipients(raw: bytes) -> str:
    """To whom the mail says it is: it may be one of a rep's, or for the postmaster."""
    from drip.inbound.parse import parse

    return parse(raw).get("to")


def _words(kept: "Kept", raw: bytes | None) -> str:
    """All the words in it while they are kept, with what is quoted; then what stayed; of an event its fields."""
    from drip.inbound.parse import parse
    from drip.inbound.posted import kept_event
    from drip.inbound.seen import EVENT
    from drip.inbound.written import text_of

    if raw and kept.rule == EVENT:
        told = plain(kept_event(raw))
        return "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in told.items() if value)
    if raw and _is_no_mail(kept) and not _is_text(raw):
        return f"These are no words: {kept.size:,} octets that begin with {raw[:12]!r}."
    return (text_of(parse(raw)) if raw else kept.note).strip()[:_LONGEST]
