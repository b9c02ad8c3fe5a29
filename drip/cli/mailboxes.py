"""`drip mailbox add|list|pause|resume`: where letters leave from."""

import getpass
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from drip.cli.forms import takes
from drip.cli.mailbox_bounces import BouncesTo
from drip.cli.mailbox_pace import (
    DomainTexts,
    WarmUpText,
    pace,
    read_domain_paces,
    read_warm_up,
    shown,
    standing,
    state,
)
from drip.cli.options import Json
from drip.cli.output import InputError, note, say, say_json

if TYPE_CHECKING:
    from drip.cli.desk import Desk
    from drip.domain.provider import Proposal
    from drip.store.mailboxes import Mailbox, NewMailbox

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
Name = Annotated[str, typer.Argument(metavar="NAME", help="The mailbox's name.")]


@dataclass(frozen=True, slots=True)
class NewMailboxForm:
    """What is typed to add a mailbox."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="What we call it.")]
    address: Annotated[str, typer.Option(metavar="EMAIL", help="The address letters are from.")]
    preset: Annotated[
        Literal["gmail", "microsoft365", "ses", "smtp"],
        typer.Option(help="Whose server: sets host, login and pace as that provider documents them."),
    ] = "smtp"
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Its own mail server, which takes letters in.")] = (
        None
    )
    port: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=65_535, help="587 with starttls, 465 with tls, else 25.")
    ] = None
    security: Annotated[
        Literal["starttls", "tls", "none"] | None,
        typer.Option(help="How the connection is protected (default: starttls)."),
    ] = None
    login: Annotated[str | None, typer.Option(metavar="NAME", help="To log in with; the password is asked for.")] = None
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read the password here; - is standard input.")
    ] = None
    rep: Annotated[str | None, typer.Option(metavar="EMAIL", help="The rep who writes from it.")] = None
    from_name: Annotated[str, typer.Option(metavar="NAME", help="Shown as the sender (default: the rep).")] = ""
    postal_address: Annotated[str, typer.Option(metavar="TEXT", help="Stands under every letter; the law asks.")] = ""
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="For prospects of whom none is known.")] = None
    per_minute: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=100_000, help="At most so many letters a minute.")
    ] = None
    per_day: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=10_000_000, help="At most so many letters a day.")
    ] = None
    warm_up: WarmUpText = None
    per_domain: DomainTexts = None
    uncertain: Annotated[
        Literal["left", "again"], typer.Option(help="A letter whose answer was lost: leave it, or send it again.")
    ] = "left"
    bounces_to: BouncesTo = None
    json: Json = False


@takes(NewMailboxForm)
def add(form: NewMailboxForm) -> None:
    """Add a mailbox: an address of ours, and the server its letters are handed to.

    The password is never a word of the command: it is asked for, or read from a file, and kept encrypted.
    """
    from drip.actions.add_mailbox import add_mailbox
    from drip.cli.desk import at_desk
    from drip.cli.words import no_postal_address
    from drip.domain.provider import PRESETS, propose

    provider = PRESETS[form.preset]
    proposal = propose(provider, form.address, form.host)
    login = form.login or proposal.login
    if login is not None and provider.login:
        note(provider.login)
    password = read_password(login, form.password_file)

    async def work(desk: "Desk") -> "Mailbox":
        from drip.wiring import load_secret, seal

        sealed = seal(load_secret(desk.settings), password) if password else None
        return await add_mailbox(desk.store, _new(form, proposal, login, sealed), desk.now, form.rep)

    box = at_desk(work)
    if form.json:
        say_json(shown(box))
        return
    say(f"Added {box.name}: {box.address} by {box.host} port {box.port}, {_protection(box.security)}.")
    if pace(shown(box)):
        say(f"At most {pace(shown(box))}.")
    if provider.limits:
        note(provider.limits.replace("NAME", box.name))
    if not box.postal_address:
        note(no_postal_address(box.name))
    host = box.host if box.login else f"LOGIN@{box.host}"  # without one there is nobody to read as
    note(provider.reading.replace("NAME", box.name).replace("@HOST", "@mail.example.com").replace("HOST", host))
    note(f"Next: `drip mailbox check {box.name}` says whether it can send, and whether its letters are believed.")


def list_all(json: Json = False) -> None:
    """All mailboxes, by name. Passwords are never shown."""
    from drip.actions.show_mailbox import show_mailboxes
    from drip.cli.desk import at_desk
    from drip.cli.table import Column, show_all
    from drip.clock import MachineClock

    boxes = at_desk(lambda desk: show_mailboxes(desk.store, MachineClock().now()))
    show_all(
        [standing(one) for one in boxes],
        json,
        "No mailboxes yet: letters are kept in a maildir. Add one: `drip mailbox add NAME --address … --host …`.",
        ["Name", "Address", "Server", "Login", Column("Pace", wraps=True), Column("State", wraps=True)],
        lambda one: (
            one["name"],
            one["address"],
            f"{one['host']}:{one['port']} {one['security']}",
            one["login"],
            pace(one),
            state(one),
        ),
    )


def pause(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; shown in listings.")] = "by hand",
    json: Json = False,
) -> bool:
    """Send nothing from a mailbox until it is resumed; its letters wait. Exit code 1 when it was paused."""
    from drip.actions.pause_mailbox import pause_mailbox
    from drip.cli.desk import at_desk

    box, changed = at_desk(lambda desk: pause_mailbox(desk.store, name, reason, desk.now))
    words = f"{name} is paused; its letters wait. `drip mailbox resume {name}` ends it."
    return _moved(box, changed, words if changed else f"{name} was paused already: {box.paused_reason}.", json)


def resume(name: Name, json: Json = False) -> bool:
    """Send from a paused mailbox again. Exit code 1 when it was not paused."""
    from drip.actions.resume_mailbox import resume_mailbox
    from drip.cli.desk import at_desk

    box, changed = at_desk(lambda desk: resume_mailbox(desk.store, name, desk.now))
    return _moved(box, changed, f"{name} sends again." if changed else f"{name} was not paused.", json)


def _moved(box: "Mailbox", changed: bool, words: str, json: bool) -> bool:
    if json:
        say_json(shown(box))
    else:
        say(words)
    return changed


def read_password(login: str | None, file: Path | None) -> str | None:
    """The password that goes with the login. Raises InputError."""
    if login is None:
        if file is not None:
            raise InputError("--password-file belongs to --login. Give the name to log in with as well.")
        return None
    if file is not None and str(file) != "-":
        found = file.read_text("utf-8").strip("\r\n")
    elif file is None and sys.stdin.isatty():
        found = getpass.getpass(f"Password of {login}: ")
    else:
        found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise InputError(f"There is no password for {login}. Type it when asked, or give --password-file FILE.")
    return found


def _new(form: NewMailboxForm, proposal: "Proposal", login: str | None, sealed: str | None) -> "NewMailbox":
    from drip.store.mailboxes import NewMailbox

    security = form.security or proposal.security
    return NewMailbox(
        name=form.name,
        address=form.address,
        host=proposal.host,
        port=form.port or _PORTS[security],
        security=security,
        from_name=form.from_name,
        login=login,
        secret=sealed,
        time_zone=form.time_zone,
        postal_address=form.postal_address,
        uncertain_policy=form.uncertain,
        per_minute=form.per_minute or proposal.per_minute,
        per_day=form.per_day or proposal.per_day,
        warm_up=read_warm_up(form.warm_up),
        domain_pace=read_domain_paces(form.per_domain),
        bounces_to=form.bounces_to or proposal.bounces_to,
    )


def _protection(security: str) -> str:
    return "without encryption" if security == "none" else security.upper()
