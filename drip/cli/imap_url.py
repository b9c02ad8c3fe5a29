"""A folder at an IMAP server as it is typed and shown: imaps://LOGIN@HOST:PORT/FOLDER."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from drip.cli.output import InputError

if TYPE_CHECKING:
    from drip.store.read_folders import ReadPlace
    from drip.store.sent_copies import SentPlace

SCHEMES = {"imaps": ("tls", 993), "imap": ("starttls", 143), "imap+plain": ("none", 143)}


@dataclass(frozen=True, slots=True)
class ImapUrl:
    """What was typed."""

    host: str
    port: int
    security: str  # none, starttls or tls
    login: str | None
    folder: str | None


def read_url(text: str, option: str, what: str) -> ImapUrl:
    """A folder as it is typed after `--option`; `what` it should be, for people. Raises InputError."""
    try:
        parts = urlsplit(text.strip())
        given = parts.port
    except ValueError:
        raise _wrong(text, option, what) from None
    if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment:
        raise _wrong(text, option, what)
    if parts.password is not None:
        raise InputError(f"--{option}: leave the password out; it is asked for, or read from a file.")
    security, port = SCHEMES[parts.scheme]
    login = unquote(parts.username) if parts.username else None
    return ImapUrl(parts.hostname, given or port, security, login, unquote(parts.path.strip("/")) or None)


def as_url(place: "SentPlace | ReadPlace") -> str:
    """The place as it would be typed."""
    scheme, port = next((name, port) for name, (security, port) in SCHEMES.items() if security == place.security)
    login = f"{quote(place.login, safe='')}@" if place.login else ""
    host = f"[{place.host}]" if ":" in place.host else place.host
    folder = f"/{quote(place.folder)}" if place.folder else ""
    return f"{scheme}://{login}{host}{f':{place.port}' if place.port != port else ''}{folder}"


def _wrong(text: str, option: str, what: str) -> InputError:
    return InputError(
        f'--{option}: "{text}" is no {what}. Write imaps://imap.example.com, or imap:// for STARTTLS '
        "(imap+plain:// is without encryption, for one machine only)."
    )
