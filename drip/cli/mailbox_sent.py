"""Where copies of sent letters go, as it is typed and as it is shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, unquote, urlsplit

import typer

from drip.cli.output import InputError

if TYPE_CHECKING:
    from drip.actions.show_mailbox import Copies
    from drip.store.sent_copies import SentPlace

NONE = "none"
SCHEMES = {"imaps": ("tls", 993), "imap": ("starttls", 143), "imap+plain": ("none", 143)}
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


def read_place(text: str) -> "SentPlace | None":
    """What was typed, still without a password; None for "none". Raises InputError."""
    from drip.store.sent_copies import SentPlace

    if text.strip() == NONE:
        return None
    try:
        parts = urlsplit(text.strip())
        given = parts.port
    except ValueError:
        raise _wrong(text) from None
    if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment:
        raise _wrong(text)
    if parts.password is not None:
        raise InputError("--sent-copy: leave the password out; it is asked for, or read from --sent-password-file.")
    security, port = SCHEMES[parts.scheme]
    login = unquote(parts.username) if parts.username else None
    return SentPlace(parts.hostname, given or port, security, login, None, unquote(parts.path.strip("/")) or None)


def url(place: "SentPlace") -> str:
    """The place as it would be typed."""
    scheme, port = next((name, port) for name, (security, port) in SCHEMES.items() if security == place.security)
    login = f"{quote(place.login, safe='')}@" if place.login else ""
    host = f"[{place.host}]" if ":" in place.host else place.host
    folder = f"/{quote(place.folder)}" if place.folder else ""
    return f"{scheme}://{login}{host}{f':{place.port}' if place.port != port else ''}{folder}"


def copies(one: "Copies | None") -> dict[str, Any] | None:
    """Copies of a mailbox's letters, for people and programs."""
    if one is None:
        return None
    return {"to": url(one.folder), "trouble": one.folder.trouble, **one.states}


def told(one: dict[str, Any] | None) -> str | None:
    """Such as "imaps://imap.example.com; 3 waiting; trouble: ..."."""
    if one is None:
        return None
    counts = [f"{one[state]} {words}" for state, words in _STATES.items() if one[state]]
    trouble = [f"trouble: {one['trouble']}"] if one["trouble"] else []
    return "; ".join([one["to"], *counts, *trouble])


_STATES = {"copied": "copied", "waiting": "waiting", "given_up": "given up"}


def _wrong(text: str) -> InputError:
    return InputError(
        f'--sent-copy: "{text}" is no place for copies. Write imaps://imap.example.com, or imap:// for STARTTLS '
        "(imap+plain:// is without encryption, for one machine only)."
    )
