"""`drip db upgrade` and `drip doctor`: the database, brought up to date and examined."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from drip.cli.options import Json
from drip.cli.output import RefusedError, note, say, say_json

READ_WITHIN = timedelta(minutes=15)  # a reader looks each minute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drip.actions.doctor import Finding
    from drip.cli.desk import Desk
    from drip.store.mailboxes import Mailbox


def upgrade_it() -> None:
    """Bring the database of DRIP_DATABASE_URL to the newest schema; an empty one is filled.

    Does nothing when it is there already.
    """
    from drip.config import load_settings
    from drip.store.engine import read_url
    from drip.store.failures import shown
    from drip.store.migrations import upgrade

    settings = load_settings()
    named = shown(read_url(settings.database_url)[0])
    before, after = asyncio.run(upgrade(settings.database_url))
    if before == after:
        say(f"{named} is at schema {after} already; nothing was to be done.")
    else:
        say(f"{named} is at schema {after} now; it was {'empty' if before is None else f'at {before}'}.")


def examine(json: Json = False) -> bool:
    """Examine the database and the settings, and say what is wrong. Changes nothing.

    Ends with exit code 1 when something is broken; what is only good to know does not count.
    """
    from drip.cli.desk import at_desk
    from drip.config import load_settings

    file = load_settings().database_file
    if file is not None and not file.exists():
        raise RefusedError(f"There is no database {file} yet. `drip up` makes one, and so does any other command.")
    found = at_desk(_look)
    for one in found:
        if json:
            say_json(one)
        else:
            say(_told(one))
    broken = sum(one.broken for one in found)
    note("All is well." if not found else f"{broken} broken, {len(found) - broken} good to know.")
    return broken == 0


async def _look(desk: "Desk") -> "list[Finding]":
    from drip.actions.doctor import doctor

    found = [*await doctor(desk.store, desk.now), *await _around(desk)]
    return sorted(found, key=lambda one: not one.broken)


async def _around(desk: "Desk") -> "list[Finding]":
    """What the settings and the mailboxes say."""
    from drip.actions.doctor import Finding
    from drip.actions.listings import list_mailboxes
    from drip.config import SettingsError
    from drip.wiring import account_of, load_keys, load_secret

    settings, boxes = desk.settings, await list_mailboxes(desk.store)
    found = []
    if not boxes:
        words = f"letters are kept in the maildir {settings.maildir}; `drip mailbox add` lets them go out"
        found.append(Finding("no_mailbox", words, (), broken=False))
    elif settings.public_url.startswith(("http://127.", "http://localhost", "http://[::1]")):
        words = f"links in letters lead to {settings.public_url}, where nobody else comes; set DRIP_PUBLIC_URL"
        found.append(Finding("links_lead_home", words, (), broken=False))
    try:
        load_keys(settings)
    except SettingsError as error:
        found.append(Finding("dkim_key_unusable", str(error), (), broken=True))
    secret = load_secret(settings)
    for box in boxes:
        found += _state_of(box)
        try:
            account_of(box, secret)
        except SettingsError as error:
            found.append(Finding("password_unreadable", f'mailbox "{box.name}": {error}', (box.id,), broken=True))
    return found + await _unread(desk, boxes)


async def _unread(desk: "Desk", boxes: "Sequence[Mailbox]") -> "list[Finding]":
    """Mailboxes whose mail should be read, and is not."""
    from drip.actions.doctor import Finding
    from drip.clock import MachineClock
    from drip.store import read_folders

    async with desk.store.reading() as unit:
        kept = {one.mailbox_id: one for one in await read_folders.listing(unit)}
    found, late = [], MachineClock().now() - READ_WITHIN
    for box in boxes:
        folder = kept.get(box.id)
        if folder is not None and folder.trouble:
            words = f'"{box.name}": {folder.trouble} `drip mailbox show {box.name}` says more'
            found.append(Finding("mailbox_unread", words, (box.id,), broken=False))
        elif folder is not None and (folder.read_at or folder.since or late) < late:
            words = f'"{box.name}": nobody reads its mail; `drip up` does, or `drip inbound`'
            found.append(Finding("mailbox_unread", words, (box.id,), broken=False))
    return found


def _state_of(box: "Mailbox") -> "list[Finding]":
    """That it is paused or cannot send, and what a brake warns of."""
    from drip.actions.doctor import Finding
    from drip.cli.words import no_postal_address

    found = []
    if box.state == "paused":
        words = f'"{box.name}": {box.paused_reason}; `drip mailbox resume {box.name}` lets its letters go'
        found.append(Finding("mailbox_paused", words, (box.id,), broken=False))
    if not box.postal_address:
        found.append(Finding("no_postal_address", no_postal_address(box.name), (box.id,), broken=False))
    if box.warning:
        found.append(Finding("mailbox_warning", f'"{box.name}": {box.warning}', (box.id,), broken=False))
    return found


def _told(one: "Finding") -> str:
    ids = f" ({', '.join(str(ident) for ident in one.ids)})" if one.ids else ""
    return f"{'broken' if one.broken else 'notice'}  {one.code}: {one.words}{ids}"
