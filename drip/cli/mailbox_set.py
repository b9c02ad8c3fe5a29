"""`drip mailbox show|set`: one mailbox with its pace, and changing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from drip.cli.forms import takes
from drip.cli.mailbox_bounces import BouncesTo
from drip.cli.mailbox_pace import DomainTexts, WarmUpText
from drip.cli.mailbox_read import Handled, ReadFrom, ReadPassword, change_reading
from drip.cli.mailbox_sent import SentCopy, SentPassword, change_copies
from drip.cli.options import Json
from drip.cli.output import note, say, say_json

if TYPE_CHECKING:
    from drip.actions.show_mailbox import Standing
    from drip.cli.desk import Desk
    from drip.store.mailboxes import Mailbox

Name = Annotated[str, typer.Argument(metavar="NAME", help="The mailbox's name.")]
_AS_TYPED = ("address", "host", "port", "security", "login", "from_name", "postal_address", "time_zone", "bounces_to")
_POLICIES = {"left": "left as it is, for a person to resolve", "again": "sent again after a while, once"}


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """What is typed to change a mailbox; what is not given stays."""

    name: Name
    address: Annotated[str | None, typer.Option(metavar="EMAIL", help="The address letters are from.")] = None
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Its own mail server.")] = None
    port: Annotated[int | None, typer.Option(metavar="N", min=1, max=65_535, help="The server's port.")] = None
    security: Annotated[
        Literal["starttls", "tls", "none"] | None, typer.Option(help="How the connection is protected.")
    ] = None
    login: Annotated[str | None, typer.Option(metavar="NAME", help="To log in with; the password is asked for.")] = None
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Read a new password here; - is standard input.")
    ] = None
    from_name: Annotated[str | None, typer.Option(metavar="NAME", help="Shown as the sender.")] = None
    postal_address: Annotated[str | None, typer.Option(metavar="TEXT", help="Stands under every letter.")] = None
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="For prospects of whom none is known.")] = None
    per_minute: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=100_000, help="Letters a minute; 0 for no limit.")
    ] = None
    per_day: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=10_000_000, help="Letters in any 24 hours; 0 for no limit.")
    ] = None
    warm_up: WarmUpText = None
    per_domain: DomainTexts = None
    uncertain: Annotated[
        Literal["left", "again"] | None,
        typer.Option(help="A letter whose answer was lost: leave it, or send it again."),
    ] = None
    bounces_to: BouncesTo = None
    for_notices: Annotated[
        Literal["yes", "no"] | None, typer.Option(help="Mail to reps goes from here, not from each rep's own.")
    ] = None
    sent_copy: SentCopy = None
    sent_password_file: SentPassword = None
    read: ReadFrom = None
    read_password_file: ReadPassword = None
    handled: Handled = None
    json: Json = False


@takes(ChangeForm)
def set_it(form: ChangeForm) -> bool:
    """Change a mailbox; what is not given stays as it is. "none" ends a warm-up or the pace of domains.

    Exit code 1 when it was so already.
    """
    from drip.actions.change_mailbox import change_mailbox
    from drip.cli.desk import at_desk

    changes = _changes(form)

    async def work(desk: "Desk") -> "tuple[Mailbox, bool]":
        box, changed = await change_mailbox(desk.store, form.name, {**changes, **await _password(desk, form)})
        copies = await change_copies(desk, form.name, form.sent_copy, form.sent_password_file)
        reading = await change_reading(desk, form.name, form.read, form.read_password_file, form.handled)
        return box, changed or copies or reading

    box, changed = at_desk(work)
    if form.json:
        from drip.cli.mailbox_pace import shown

        say_json(shown(box))
    else:
        say(f"Changed {box.name}." if changed else f"Nothing of {box.name} was to be changed.")
        if box.state == "paused":
            note(f"It is paused ({box.paused_reason}); `drip mailbox resume {box.name}` ends that.")
    return changed


def show_one(name: Name, json: Json = False) -> None:
    """One mailbox: its server, its pace as it is now, what waits for it, and what was never answered."""
    from drip.actions.show_mailbox import show_mailbox
    from drip.cli.desk import at_desk
    from drip.cli.mailbox_pace import standing
    from drip.cli.table import describe
    from drip.clock import MachineClock
    from drip.store import business_time

    async def work(desk: "Desk") -> "tuple[Standing, bool]":
        async with desk.store.reading() as unit:
            jumps = await business_time.read(unit) is not None
        return await show_mailbox(desk.store, name, MachineClock().now()), jumps

    found, jumps = at_desk(work)
    one = standing(found)
    if json:
        say_json(one)
    else:
        describe(_described(one, " (by this machine's clock; in a demo months pass in seconds)" if jumps else ""))


def _described(one: dict[str, Any], by_clock: str) -> list[tuple[str, object]]:
    from drip.cli.mailbox_bounces import bounces
    from drip.cli.mailbox_pace import domain_paces, state
    from drip.cli.mailbox_read import told as how_it_is_read
    from drip.cli.mailbox_sent import told
    from drip.cli.words import count, day

    letters: dict[str, int] = one["letters"]
    warm_up = one["warm_up"]
    grows = f"{warm_up['start']} on the first day, {warm_up['step']} more each working day" if warm_up else ""
    since = f", since {day(one['warm_up_on'])}" if warm_up and one["warm_up_on"] else ""
    return [
        ("Name", one["name"]),
        ("Address", one["address"]),
        ("From", one["from_name"]),
        ("Postal", one["postal_address"] or "none, and no letter goes without: --postal-address"),
        ("Server", f"{one['host']}:{one['port']} {one['security']}"),
        ("Login", one["login"]),
        ("State", state(one)),
        ("A minute", one["per_minute"] or "no limit"),
        ("24 hours", f"{one['day_limit'] or 'no limit'}; {one['sent_in_24_hours']} sent{by_clock}"),
        ("Warm-up", grows + since),
        ("Domains", ", ".join(domain_paces(one["domain_pace"])) or "no limit"),
        ("Bounces", bounces(one)),
        ("Notices", "mail to reps goes from here" if one["for_notices"] else ""),
        ("Sent copy", told(one["sent_copy"])),
        ("Read", how_it_is_read(one["read"])),
        ("Answer lost", _POLICIES[one["uncertain_policy"]]),
        ("Waiting", count(letters.get("due", 0), "letter")),
        ("Uncertain", letters.get("uncertain") and count(letters["uncertain"], "letter") + ": `drip sends uncertain`"),
    ]


def _changes(form: ChangeForm) -> dict[str, Any]:
    from drip.cli.mailbox_pace import read_domain_paces, read_warm_up

    changes = {name: getattr(form, name) for name in _AS_TYPED if getattr(form, name) is not None}
    for name in ("per_minute", "per_day"):
        if getattr(form, name) is not None:
            changes[name] = getattr(form, name) or None
    if form.warm_up is not None:
        changes["warm_up"] = read_warm_up(form.warm_up)
    if form.per_domain is not None:
        changes["domain_pace"] = read_domain_paces(form.per_domain)
    if form.for_notices is not None:
        changes["for_notices"] = form.for_notices == "yes"
    if form.uncertain is not None:
        changes["uncertain_policy"] = form.uncertain
    return changes


async def _password(desk: "Desk", form: ChangeForm) -> dict[str, str]:
    """The new password as it is kept, if one is given."""
    from drip.actions.show_mailbox import show_mailbox
    from drip.cli.mailboxes import read_password
    from drip.clock import MachineClock
    from drip.wiring import load_secret, seal

    if form.login is None and form.password_file is None:
        return {}
    known = (await show_mailbox(desk.store, form.name, MachineClock().now())).mailbox.login
    password = read_password(form.login or known, form.password_file)
    return {"secret": seal(load_secret(desk.settings), password)} if password else {}
