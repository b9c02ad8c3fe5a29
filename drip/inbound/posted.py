"""Posted: events about letters that a program told us of over HTTP, read from JSON; nothing makes the reading fail but
what is said in words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

from drip.domain.errors import DripError
from drip.inbound.addresses import LONGEST, typed_address
from drip.inbound.report import status_in

KINDS = ("bounce", "delayed", "delivered", "complaint", "opt_out")
MOST = 1000  # events of one request
LONGEST_NAME = 300  # characters of an id, or of what names a letter
LONGEST_TEXT = 2000  # characters of a server's words that are read; what stands behind them says nothing new
_NAME = re.compile(rf"[\x20-\x7e]{{1,{LONGEST_NAME}}}")
_CODE = re.compile(r"[2-5][0-9]{2}")
_TYPE = re.compile(r"\s*[A-Za-z][A-Za-z0-9-]{0,20}\s*;\s*")  # of a diagnostic code (RFC 3464 section 2.3.6)


class EventError(DripError):
    """Events that cannot be used. `index` counts them from 0, `field` names what is wrong; None and "": all of it."""

    def __init__(self, said: str, index: int | None = None, field: str = "") -> None:
        where = "" if index is None else f"events[{index}]{'.' if field else ''}{field}: "
        super().__init__(where + said)
        self.index = index
        self.field = field


class TooManyEventsError(EventError):
    """More events than one request may have."""


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a letter, as somebody tells of it. `id` is theirs: the same event has the same; `kind` one of
    KINDS. `message_id`, `envelope_id` and `return_path` name the letter as we sent it; `code`, `status` and `text` are
    the server's answer; `at` when it happened, ISO 8601. What is not known is ""."""

    id: str
    kind: str
    recipient: str = ""
    message_id: str = ""
    envelope_id: str = ""
    return_path: str = ""
    code: str = ""
    status: str = ""
    text: str = ""
    at: str = ""

    @property
    def said(self) -> str:
        """What the server said, on one line as it said it: "550 5.1.1 user unknown"."""
        words = " ".join(_TYPE.sub("", self.text, count=1).split())
        return " ".join([*(one for one in (self.code, self.status) if one and one not in words), words]).strip()

    def as_json(self) -> bytes:
        """The event as it is kept: an object with what is known."""
        return orjson.dumps({name: value for name, value in asdict(self).items() if value})


def kept_event(raw: bytes) -> Event:
    """The event that was kept as this."""
    return Event(**orjson.loads(raw))


def read_events(told: object) -> tuple[Event, ...]:
    """The events in a JSON value {"events": [...]}, all of them or none. Fields we do not know are left alone.

    Raises EventError naming event, field, what is wrong and what to write, TooManyEventsError above MOST.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("events"), list):
        raise EventError('The body has no list of events. Write {"events": [{"id": "1", "kind": "bounce", ...}]}.')
    several = told["events"]
    if len(several) > MOST:
        raise TooManyEventsError(f"These are {len(several)} events. Send at most {MOST} at once, the rest after them.")
    return tuple(_event(one, index) for index, one in enumerate(several))


def _event(told: object, index: int) -> Event:
    if not isinstance(told, Mapping):
        raise EventError(f"{_shown(told)} is no event. Write an object with id and kind.", index)
    found: dict[str, str] = {}
    for name, read in _FIELDS.items():
        value = told.get(name)
        if value in (None, "") and name not in _NEEDED:
            continue
        taken = read(value)
        if taken is None:
            said = "It is missing" if value is None else f"{_shown(value)} cannot be used"
            raise EventError(f"{said}. Write {_WANTED[name]}.", index, name)
        found[name] = taken
    return Event(**found)


def _name(value: object) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text.strip() or None if isinstance(text, str) and _NAME.fullmatch(text) else None


def _kind(value: object) -> str | None:
    return value if isinstance(value, str) and value in KINDS else None


def _recipient(value: object) -> str | None:
    return typed_address(value) or None if isinstance(value, str) and len(value) <= 2 * LONGEST else None


def _code(value: object) -> str | None:
    text = str(value) if isinstance(value, int | str) else ""
    return text if _CODE.fullmatch(text) else None


def _status(value: object) -> str | None:
    return status_in(value[:LONGEST_NAME]) or None if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return value[:LONGEST_TEXT].replace("\0", "") if isinstance(value, str) else None


def _moment(value: object) -> str | None:
    """An ISO 8601 time that says where it holds."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.isoformat() if found is not None and found.tzinfo is not None else None


def _shown(value: object) -> str:
    """A value as it was written, or its beginning."""
    text = json.dumps(value) if not isinstance(value, list | Mapping) else "A list or an object"
    return text if len(text) <= 80 else f"{text[:80]}…"


_NEEDED = ("id", "kind")
_FIELDS: dict[str, Callable[[object], str | None]] = {
    "id": _name,
    "kind": _kind,
    "recipient": _recipient,
    "message_id": _name,
    "envelope_id": _name,
    "return_path": _name,
    "code": _code,
    "status": _status,
    "text": _text,
    "at": _moment,
}
_PLAIN = f"1 to {LONGEST_NAME} ASCII characters on one line"
_WANTED = {
    "id": f"what this event alone is known by, {_PLAIN}",
    "kind": f"one of {', '.join(KINDS)}",
    "recipient": "one address such as ann@example.com, or leave it out",
    "message_id": f"the Message-ID of the letter as it was sent, {_PLAIN}, or leave it out",
    "envelope_id": f"the letter's ENVID, {_PLAIN}, or leave it out",
    "return_path": f"the address of the letter's MAIL FROM, {_PLAIN}, or leave it out",
    "code": 'the reply code of the server such as "550", or leave it out',
    "status": 'the enhanced status code such as "5.1.1", or leave it out',
    "text": "the words of the server, or leave it out",
    "at": 'when it happened with its zone, such as "2026-11-22T10:15:00Z", or leave it out',
}
