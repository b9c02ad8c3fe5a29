"""`drip receive`: take in mails that came, act on each, and tell what was done."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.mails import STDIN, read_mails
from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.receive import Received
    from drip.cli.desk import Desk

_DONE = {
    "already": "was received before; nothing is done again",
    "unplaced": "waits for a person: `drip inbox show {id}`",
    "set_aside": "is kept and set aside; nobody need look",
    "replied": "{who} replied; the letters wait for the rep",
    "away": "{who} is away; the letters are held",
    "left": "{who} has left the company; the rep is asked, and the letters are held",
    "challenged": "the mail filter of {who} wants an answer; the rep is asked",
    "opted_out": "{who} is never written to again: they said stop",
    "complained": "{who} is never written to again: they called a letter spam",
    "bounced": "{who} is never written to again: the address is dead",
    "bounced_softly": "a letter to {who} came back, perhaps only this time",
    "came_back": "a letter to {who} came back, for a reason that is not theirs",
    "arrived": "the letter to {who} whose answer was lost did arrive",
    "accepted": "{who} accepted the appointment",
    "tentative": "{who} may come to the appointment",
    "declined": "{who} declined the appointment; the rep is told",
    "another_time": "{who} asks for another time of the appointment; the rep is told",
    "nothing": "about {who}; nothing follows from it",
}
_LACKS = "it does not begin with header fields such as From, Date or Subject"
_GIVE = "Nothing of {} was kept. Give a mail as it came, with its header: an .eml file, or one of a maildir."


def receive_it(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Mails, one a file, or maildirs; - or none: one from standard input."),
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The recipient of the envelope, as the mail server knows it.")
    ] = None,
    json: Json = False,
) -> None:
    """Take in a mail that came: understand it, find whose it is, and act on it, once.

    It ends with 0 only when every mail is kept for good. Any other end: deliver it again; a mail that was received
    before changes nothing. Of a file that is no mail nothing is kept; the others are received all the same. Behind
    the pipe of a mail server write `drip receive || exit 75`: the server then tries again, and tells the writer
    nothing (sysexits.h, EX_TEMPFAIL).
    """
    from drip.cli.desk import at_desk

    async def work(desk: "Desk") -> int:
        return await _receive(desk, read_mails(files or [STDIN]), to, json)

    if not at_desk(work):
        note("There is no mail in these folders.")


async def _receive(desk: "Desk", mails: Iterator[tuple[str, bytes]], to: str | None, json: bool) -> int:
    """Each in a transaction of its own, told as soon as it is kept; how many they were. Raises InputError for those
    that are no mails, after the others."""
    from drip.actions.receive import receive
    from drip.inbound.source import Incoming
    from drip.wiring import load_secret

    secret = load_secret(desk.settings)
    several, refused = 0, []
    for name, raw in mails:
        if why := _why_no_mail(raw):
            refused.append(f"{_named(name)} {why}")
            continue
        done = await receive(desk.store, Incoming(raw, (to,) if to else ()), secret, desk.now)
        several += 1
        if json:
            say_json({"file": name, **done.as_json()})
        else:
            say(f"{_named(name)}: {in_words(done)}.")
    if refused:
        raise InputError("\n".join([*refused, _GIVE.format("it" if len(refused) == 1 else "them")]))
    return several


def _why_no_mail(raw: bytes) -> str:
    """What is wrong with it; "" for a mail."""
    from drip.inbound.parse import is_mail, parse

    if not raw.strip():
        return "is empty: there is no mail in it."
    return "" if is_mail(parse(raw)) else f"is no mail: {_LACKS}."


def in_words(done: "Received") -> str:
    """What a mail was understood as, and what was done."""
    return f"{done.cls.replace('_', ' ')}; {_DONE[done.code].format(who=done.email or 'somebody', id=done.id)}"


def _named(name: str) -> str:
    return "Standard input" if name == "-" else name
