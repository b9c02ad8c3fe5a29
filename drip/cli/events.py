"""`drip events key|send`: the key that events about letters are signed with, and a way to post them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drip.cli.mails import STDIN
from drip.cli.options import Json
from drip.cli.output import InputError, RefusedError, note, say, say_json

if TYPE_CHECKING:
    from drip.actions.receive import Received

To = Annotated[str | None, typer.Option("--to", metavar="URL", help="Where to; else DRIP_PUBLIC_URL/events.")]
_LARGEST = 16 * 2**20  # bytes of a file; the service says how many it takes
_PATIENCE = 60.0  # seconds
_EXAMPLE = """
An example, in which no event is, so that nothing follows from it:

  KEY=$(drip events key 2> /dev/null); T=$(date +%s); BODY='{{"events": []}}'
  V1=$(printf '%s.%s' "$T" "$BODY" | openssl dgst -sha256 -hmac "$KEY" -r | cut -d ' ' -f 1)
  curl {url} -H 'Content-Type: application/json' -H "Drip-Signature: t=$T,v1=$V1" --data-binary "$BODY"

Whoever has the key can tell of letters in a mail provider's name: keep it where passwords are. To change it count
DRIP_EVENTS_KEY (now {number}) up by one; the key before stays good until the next change."""


def show_key(json: Json = False) -> None:
    """Show the key to sign events with, and how. It comes from DRIP_SECRET, and is the same in every process.

    drip/api/README.md says what an event is, and has an adapter for a mail provider.
    """
    from drip.api.signature import events_key
    from drip.config import load_settings
    from drip.wiring import load_secret

    settings = load_settings()
    key, url = events_key(load_secret(settings), settings.events_key), f"{settings.public_url}/events"
    if json:
        say_json({"key": key, "number": settings.events_key, "url": url})
        return
    say(key)
    note(_EXAMPLE.format(url=url, number=settings.events_key))


def send_them(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Events as JSON; - or none: from standard input.")
    ] = None,
    to: To = None,
    json: Json = False,
) -> None:
    """Sign events and post them, a request for each file: to try them, or for an adapter that only writes files.

    A file is {"events": [{"id": "1", "kind": "bounce", ...}]}. It ends with 0 only when every event is kept for good;
    else send the same again, as nothing is done twice.
    """
    from drip.api.signature import events_key
    from drip.config import load_settings
    from drip.wiring import load_secret

    settings = load_settings()
    key = events_key(load_secret(settings), settings.events_key)
    several = 0
    for path in files or [STDIN]:
        for one in _post(to or f"{settings.public_url}/events", key, _read(path)):
            several += 1
            _tell(one, json)
    if not several and not json:
        note("There was no event in it; the address and the key are right.")


def _read(path: Path) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(_LARGEST)
        with path.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {(error.strerror or 'error').lower()}.") from error


def _post(url: str, key: str, body: bytes) -> list[dict[str, Any]]:
    """The results of the events. Raises InputError, and RefusedError with what the service said."""
    import json
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    from drip.api.signature import HEADER, sign
    from drip.clock import SystemClock

    if not url.startswith(("http://", "https://")):
        raise InputError(f'"{url}" is no address to post to. Write it such as https://drip.example.com/events.')
    headers = {"Content-Type": "application/json", HEADER: sign(key, body, SystemClock().now())}
    try:
        with urlopen(Request(url, body, headers), timeout=_PATIENCE) as answer:  # noqa: S310 - checked above
            found: list[dict[str, Any]] = json.load(answer)["results"]
            return found
    except HTTPError as error:
        raise RefusedError(f"{url} answered {error.code}: {_reason(error.read())}") from error
    except (OSError, HTTPException) as error:
        cause = getattr(error, "reason", error)
        raise RefusedError(f"{url} cannot be reached: {cause}. Is `drip up` or `drip web` running there?") from error
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{url} answered what is no answer of drip. Is the address right?") from error


def _reason(answer: bytes) -> str:
    """What the service said of why it did nothing, if it was the service that answered."""
    import json

    try:
        return str(json.loads(answer)["error"])
    except (ValueError, KeyError, TypeError):
        return "not in the words of drip. Is the address right? It ends in /events."


def _tell(one: dict[str, Any], json: bool) -> None:
    from drip.cli.receive import in_words

    if json:
        say_json(one)
    else:
        say(f"{one['event']}: {in_words(_received(one))}.")


def _received(one: dict[str, Any]) -> "Received":
    from drip.actions.receive import Received
    from drip.inbound.classify import Cls

    return Received(one["id"], one["done"], Cls(one["cls"]), one["rule"], email=one["email"] or "")
