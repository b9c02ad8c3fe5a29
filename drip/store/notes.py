"""Notes: words a person gave as a reason, kept where they can be erased."""

from dataclasses import dataclass
from datetime import datetime

from drip.store.engine import Unit
from drip.store.records import add_one, read_all
from drip.store.tables.notes_table import notes


@dataclass(frozen=True, slots=True)
class NewNote:
    """Words to be kept about a prospect; `who` is a code such as "rep:7"."""

    prospect_id: int
    at: datetime
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class Note:
    """Words as kept."""

    id: int
    prospect_id: int
    at: datetime
    who: str
    words: str


async def add(unit: Unit, new: NewNote) -> int:
    """Keep one note; the id, for the facts it explains."""
    return await add_one(unit, notes, new)


async def of_prospect(unit: Unit, prospect_id: int) -> dict[int, Note]:
    """Every note about a prospect, by id."""
    found = await read_all(unit, notes, Note, notes.c.prospect_id == prospect_id, order=(notes.c.id,))
    return {one.id: one for one in found}
