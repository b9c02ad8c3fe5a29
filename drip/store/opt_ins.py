"""Opt-ins: the proof that a prospect said yes (R18)."""

from dataclasses import dataclass
from datetime import datetime

from drip.store.engine import Unit
from drip.store.records import add_one, read_all
from drip.store.tables import opt_ins


@dataclass(frozen=True, slots=True)
class NewOptIn:
    """The proof to be kept. `through` is link, form, rep or import; `wording` exactly what was shown
    or said; `address` the client's.
    """

    prospect_id: int
    at: datetime
    through: str
    wording: str
    who: str
    enrollment_id: int | None = None
    send_id: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class OptIn:
    """The proof as kept."""

    id: int
    prospect_id: int
    at: datetime
    through: str
    wording: str
    who: str
    enrollment_id: int | None
    send_id: int | None
    address: str


async def add(unit: Unit, new: NewOptIn) -> int:
    """Keep the proof of one opt-in; the id."""
    return await add_one(unit, opt_ins, new)


async def of_prospect(unit: Unit, prospect_id: int) -> list[OptIn]:
    """Every opt-in of a prospect, the oldest first."""
    return await read_all(unit, opt_ins, OptIn, opt_ins.c.prospect_id == prospect_id, order=(opt_ins.c.id,))
