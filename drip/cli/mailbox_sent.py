"""Where copies of sent letters go, as it is typed and as it is shown."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.imap_url import as_url, read_url
from drip.cli.output import InputError, note

if TYPE_CHECKING:
    from drip.actions.show_mailbox import Copies
    from drip.cli.desk import Desk

NONE = "none"
SentCopy = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Copy letters into the folder of sent mail: imaps://imap.example.com; with /FOLDER behind it where the "
        'server does not say which, LOGIN@ before the host where it is not the mailbox\'s own; "none" ends it.',
    ),
]
SentPassword = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Read the password of a login in --sent-copy here; - is standard input."),
]


async def change_copies(desk: "Desk", name: str, url: str | None, password_file: Path | None) -> bool:
    """Say where copies of a mailbox's letters go, if that is given; whether it was changed. Raises InputError."""
    from drip.actions.change_sent_copy import change_sent_copy
    from drip.cli.mailboxes import read_password
    from drip.domain.provider import provider_of
    from drip.store.sent_copies import SentPlace
    from drip.wiring import load_secret, seal

    if url is None:
        if password_file is not None:
            raise InputError("--sent-password-file belongs to --sent-copy imaps://LOGIN@HOST. Give that as well.")
        return False
    if url.strip() == NONE:
        return await change_sent_copy(desk.store, name, None, desk.now)
    there = read_url(url, "sent-copy", "place for copies")
    if there.login is None and password_file is not None:
        raise InputError("--sent-password-file belongs to a login: --sent-copy imaps://LOGIN@HOST.")
    place = SentPlace(there.host, there.port, there.security, there.login, None, there.folder)
    password = read_password(place.login, password_file)
    place = replace(place, secret=seal(load_secret(desk.settings), password) if password else None)
    if provider_of(place.host).keeps_copies:
        note(f"{provider_of(place.host).title} keeps a copy of each letter by itself; none is made twice.")
    return await change_sent_copy(desk.store, name, place, desk.now)


def copies(one: "Copies | None") -> dict[str, Any] | None:
    """Copies of a mailbox's letters, for people and programs."""
    if one is None:
        return None
    return {"to": as_url(one.folder), "trouble": one.folder.trouble, **one.states}


def told(one: dict[str, Any] | None) -> str | None:
    """Such as "imaps://imap.example.com; 3 waiting; trouble: ..."."""
    if one is None:
        return None
    counts = [f"{one[state]} {words}" for state, words in _STATES.items() if one[state]]
    trouble = [f"trouble: {one['trouble']}"] if one["trouble"] else []
    return "; ".join([one["to"], *counts, *trouble])


_STATES = {"copied": "copied", "waiting": "waiting", "given_up": "given up"}
