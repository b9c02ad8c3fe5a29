"""`drip classify`: show what the service understands of mails that came in, without doing anything."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drip.cli.mails import STDIN, read_mails
from drip.cli.options import Json
from drip.cli.output import note, say_json

if TYPE_CHECKING:
    from drip.inbound.classify import Understood


def classify_it(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Mails, one a file, or maildirs; - or none: one from standard input."),
    ] = None,
    json: Json = False,
) -> None:
    """Show what the service understands of a mail that came in, and by which rule. Nothing is done with it.

    A mail is a reply, auto_reply, bounce, delay, delivered, complaint, opt_out, challenge, left_company or other.
    """
    from drip.cli.table import Column, show
    from drip.inbound.classify import classify
    from drip.inbound.parse import parse

    told = ((name, classify(parse(raw))) for name, raw in read_mails(files or [STDIN]))
    if json:
        for name, one in told:
            say_json(_as_json(name, one))
        return
    rows = [_cells(name, one) for name, mail in told for one in mail.each or (mail,)]
    if rows:
        wide = {"Mail", "Of whom", "Why"}
        names = ("Mail", "Class", "Of whom", "What follows", "Rule", "Why")
        show([Column(name, wraps=name in wide) for name in names], rows)
    else:
        note("There is no mail in these folders.")


def _as_json(name: str, one: "Understood") -> dict[str, object]:
    return {
        "file": name,
        "cls": one.cls,
        "recipients": one.recipients,
        "hard": one.hard,
        "status": one.status or None,
        "reason": one.reason or None,
        "return_on": one.return_on,
        "text": one.text or None,
        "suppress": one.suppress,
        "rule": one.rule,
        "why": one.why or None,
    }


def _cells(name: str, one: "Understood") -> list[object]:
    why = one.why or " ".join(one.text.split())
    return [name, one.cls, ", ".join(one.recipients), _follows(one), one.rule, why[:200]]


def _follows(one: "Understood") -> str:
    """What would be done about it, in a few words."""
    from drip.inbound.classify import NO_MAIL

    if one.rule == NO_MAIL:
        return "ask a person"
    if one.suppress:
        return "never write again"
    if one.return_on is not None:
        return f"hold until {one.return_on}"
    if one.rsvp is not None and one.rsvp.said in ("declined", "another_time"):
        return "tell the rep"
    return _FOLLOWS[one.cls]


_FOLLOWS = {
    "reply": "ask the rep",
    "auto_reply": "hold for a while",
    "bounce": "count it as soft",
    "delay": "nothing yet",
    "delivered": "nothing",
    "complaint": "nothing: no person complained",
    "opt_out": "never write again",
    "challenge": "ask the rep",
    "left_company": "ask the rep",
    "other": "nothing",
}
