"""Received: the mails that came in, or that a person recorded by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from drip.store.engine import Unit
from drip.store.records import add_one, read_all
from drip.store.tables import received


@dataclass(frozen=True, slots=True)
class NewReceived:
    """A mail to be kept. `kind` is reply, auto_reply, bounce, complaint, opt_out or unplaced; only an
    unplaced one has no prospect (R35).
    """

    kind: str
    at: datetime
    recorded_by: str
    prospect_id: int | None = None
    enrollment_id: int | None = None
    send_id: int | None = None
    note: str = ""
    back_on: date | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as kept."""

    id: int
    kind: str
    at: datetime
    recorded_by: str
    prospect_id: int | None
    enrollment_id: int | None
    send_id: int | None
    note: str
    back_on: date | None
    message_id: str | None


async def add(unit: Unit, new: NewReceived) -> int:
    """Keep one mail; the id. A Message-ID that is known raises the database's IntegrityError."""
    return await add_one(unit, received, new)


async def by_message_id(unit: Unit, message_id: str) -> Received | None:
    """The mail with this Message-ID, if it was kept before."""
    found = await read_all(
        unit, received, Received, received.c.message_id == message_id, order=(received.c.id,), limit=1
    )
    return found[0] if found else None


async def of_prospect(unit: Unit, prospect_id: int) -> list[Received]:
    """Every mail of a prospect, the oldest first."""
    return await read_all(
        unit, received, Received, received.c.prospect_id == prospect_id, order=(received.c.at, received.c.id)
    )


async def unplaced(unit: Unit, limit: int = 100) -> list[Received]:
    """Mails the service could not place, for a person to look at; the oldest first (R35)."""
    return await read_all(unit, received, Received, received.c.kind == "unplaced", order=(received.c.id,), limit=limit)
