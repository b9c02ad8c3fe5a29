"""Received: the mails that came in, or that a person recorded by hand."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update

from drip.store.batch import insert_many, packed
from drip.store.engine import Unit
from drip.store.records import add_one, read_all, read_one
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


async def claim(unit: Unit, message_id: str, recorded_by: str, now: datetime) -> int | None:
    """Keep a mail as one that is not placed yet; its id, or None for one that was kept before. Of two that claim
    the same mail at once the second waits for the first."""
    values = {"kind": "unplaced", "at": now, "recorded_by": recorded_by, "message_id": message_id}
    row = await unit.row(
        insert_many(unit.kind, received, tuple(values), "(message_id) DO NOTHING", ("id",)), packed([values])
    )
    return None if row is None else int(row[0])


async def place(unit: Unit, ident: int, found: NewReceived) -> None:
    """Say of a mail that was kept what it is, and whose. Its time is then that at which it was
    acted on, as its facts have it; its Message-ID stays."""
    values = {name: getattr(found, name) for name in _FOUND}
    await unit.run(update(received).where(received.c.id == ident).values(**values))


async def note(unit: Unit, ident: int, words: str) -> None:
    """Keep what somebody wrote in it."""
    await unit.run(update(received).where(received.c.id == ident).values(note=words))


async def get(unit: Unit, ident: int) -> Received | None:
    """One mail."""
    return await read_one(unit, received, Received, received.c.id == ident)


async def by_message_id(unit: Unit, message_id: str) -> Received | None:
    """The mail with this Message-ID, if it was kept before."""
    found = await read_all(
        unit, received, Received, received.c.message_id == message_id, order=(received.c.id,), limit=1
    )
    return found[0] if found else None


async def came_back(unit: Unit, prospect_id: int, send_id: int) -> bool:
    """Whether it is known already that this letter to the prospect came back."""
    about = (received.c.prospect_id == prospect_id, received.c.kind == "bounce", received.c.send_id == send_id)
    return await unit.value(select(received.c.id).where(*about).limit(1)) is not None


async def of_prospect(unit: Unit, prospect_id: int) -> list[Received]:
    """Every mail of a prospect, the oldest first."""
    return await read_all(
        unit, received, Received, received.c.prospect_id == prospect_id, order=(received.c.at, received.c.id)
    )


_FOUND = ("kind", "at", "recorded_by", "prospect_id", "enrollment_id", "send_id", "note", "back_on")
