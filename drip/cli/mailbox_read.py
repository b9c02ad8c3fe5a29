"""Where a mailbox's mail is read, as it is typed and as it is shown."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.imap_url import as_url, read_url
from drip.cli.output import InputError, note

if TYPE_CHECKING:
    from drip.actions.read_from import Begun
    from drip.cli.desk import Desk
    from drip.store.read_folders import ReadFolder, ReadPlace

NONE, INBOX = "none", "INBOX"
ReadFrom = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Read what comes in, such as replies and bounces: imaps://imap.example.com; with /FOLDER behind it where "
        'that is not INBOX, LOGIN@ before the host where it is not the mailbox\'s own; "none" ends it. '
        "Letters then offer to stop by mail, too.",
    ),
]
ReadPassword = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Read the password of a login in --read here; - is standard input.")
]
Handled = Annotated[
    str | None,
    typer.Option(
        metavar="FOLDER",
        help="Move mail there once it was handled, for an inbox that nobody else reads; all that stands in it is taken "
        'in. "none" (the default): mail stays where it is, a person reads there, too.',
    ),
]


async def change_reading(
    desk: "Desk", name: str, url: str | None, password_file: Path | None, handled: str | None
) -> bool:
    """Say where a mailbox's mail is read, if that is given, and try it; whether it was changed.

    Raises InputError, ImapError, NotFoundError, SettingsError.
    """
    from drip.actions.read_from import read_from, read_no_more
    from drip.clock import MachineClock
    from drip.wiring import load_secret, read_account_of

    if url is None and password_file is not None:
        raise InputError("--read-password-file belongs to --read imaps://LOGIN@HOST. Give that as well.")
    if url is not None and url.strip() == NONE:
        return await read_no_more(desk.store, name)
    secret = load_secret(desk.settings)
    place = await _place(desk, name, url, password_file, handled)
    if place is None:
        return False
    machine = MachineClock().now()
    begun = await read_from(desk.store, name, place, lambda one, box: read_account_of(one, box, secret), machine)
    _tell(place, begun)
    return begun.is_new or url is not None


def reading(one: "ReadFolder | None") -> dict[str, Any] | None:
    """How a mailbox is read, for people and programs."""
    if one is None:
        return None
    return {
        "from": as_url(one),
        "handled": one.handled,
        "read_at": one.read_at,
        "trouble": one.trouble,
        "retry_at": one.retry_at,
    }


def told(one: dict[str, Any] | None) -> str | None:
    """Such as "imaps://imap.example.com/INBOX, moved to Handled; last read Tue 21 Apr 2026 07:30 UTC; trouble: ..."."""
    from drip.cli.words import moment

    if one is None:
        return None
    moved = f", moved to {one['handled']}" if one["handled"] else ""
    read = f"last read {moment(one['read_at'])} UTC" if one["read_at"] else "not read yet: `drip up` or `drip inbound`"
    trouble = [f"trouble: {one['trouble']}"] if one["trouble"] else []
    again = [f"tried again {moment(one['retry_at'])} UTC"] if one["trouble"] and one["retry_at"] else []
    return "; ".join([f"{one['from']}{moved}", read, *trouble, *again])


async def _place(
    desk: "Desk", name: str, url: str | None, password_file: Path | None, handled: str | None
) -> "ReadPlace | None":
    """What is to be read from now on; None when nothing of that is given."""
    from drip.actions.pause_mailbox import find_mailbox
    from drip.store import read_folders
    from drip.store.read_folders import ReadPlace

    if url is None and handled is None:
        return None
    async with desk.store.reading() as unit:
        kept = await read_folders.of(unit, (await find_mailbox(unit, name)).id)
    if url is not None:
        there = read_url(url, "read", "inbox")
        sealed, folder = _sealed(desk, there.login, password_file), there.folder or INBOX
        place = ReadPlace(there.host, there.port, there.security, folder, there.login, sealed)
    elif kept is not None:
        place = ReadPlace(kept.host, kept.port, kept.security, kept.folder, kept.login, kept.secret)
    else:
        raise InputError("--handled belongs to --read imaps://HOST: nothing is read for this mailbox yet.")
    if handled is not None:
        place = replace(place, handled=None if handled.strip() == NONE else handled.strip())
    elif kept is not None and as_url(kept) == as_url(place):
        place = replace(place, handled=kept.handled)
    if place.handled is not None and place.handled.casefold() == place.folder.casefold():
        raise InputError(f'--handled: "{place.handled}" is the folder that is read. Name another one.')
    return place


def _sealed(desk: "Desk", login: str | None, file: Path | None) -> str | None:
    """The password of a login, as it is kept."""
    from drip.cli.mailboxes import read_password
    from drip.wiring import load_secret, seal

    if login is None and file is not None:
        raise InputError("--read-password-file belongs to a login: --read imaps://LOGIN@HOST.")
    password = read_password(login, file)
    return seal(load_secret(desk.settings), password) if password else None


def _tell(place: "ReadPlace", begun: "Begun") -> None:
    from drip.cli.words import count

    if not begun.is_new:
        note(f"{place.host} let us in; {place.folder} is read on from where we were.")
    elif place.handled is None:
        note(
            f"{place.folder} is read from now on. Mail stays where it is, unread mail stays unread, and of what is "
            "about no letter and no prospect nothing is kept."
        )
    else:
        note(f"{place.folder} is read, with {count(begun.standing, 'mail')} in it; each is moved to {place.handled}.")
