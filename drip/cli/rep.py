"""`drip rep`: who talks to prospects."""

from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from drip.cli.forms import takes
from drip.cli.options import Json
from drip.cli.output import note, say, say_json


@dataclass(frozen=True, slots=True)
class NewRepForm:
    """What is typed to add a rep."""

    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]
    name: Annotated[str, typer.Option(metavar="NAME", help="Their name; prospects read it under every letter.")]
    title: Annotated[str, typer.Option(metavar="TEXT", help="Such as Account manager.")] = ""
    phone: Annotated[str, typer.Option(metavar="NUMBER", help="For the signature.")] = ""
    signature: Annotated[str, typer.Option(metavar="TEXT", help="What else stands under their letters.")] = ""
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Such as America/New_York.")] = None
    role: Annotated[Literal["rep", "marketing", "admin"], typer.Option(help="What they may do.")] = "rep"
    json: Json = False


@takes(NewRepForm)
def add(form: NewRepForm) -> None:
    """Add a rep: somebody who talks to prospects, writes to them and calls them."""
    from drip.actions.add_rep import add_rep
    from drip.cli.desk import at_desk
    from drip.store.reps import NewRep

    new = NewRep(form.name, form.email, form.title, form.phone, form.signature, form.time_zone, form.role)
    rep = at_desk(lambda desk: add_rep(desk.store, new, desk.now))
    if form.json:
        say_json(rep)
    else:
        say(f"Added {form.name}, {form.email}.")
        note(f"Next: a mailbox to write from, `drip mailbox add NAME --rep {form.email} --address … --host …`.")


def list_all(json: Json = False) -> None:
    """All reps, by name."""
    from drip.actions.listings import list_reps
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all

    show_all(
        at_desk(lambda desk: list_reps(desk.store)),
        json,
        'No reps yet. Add one: `drip rep add kim@example.com --name "Kim Lee"`.',
        ["Email", Column("Name", wraps=True), Column("Title", wraps=True), "Phone", "Time zone", "Role"],
        lambda one: (one.email, one.name, one.title, one.phone, one.time_zone, one.role),
    )
