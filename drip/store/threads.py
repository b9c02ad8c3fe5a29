"""Threads: the letter a new one goes on from, which the server took (MAIL 6)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, select, text

from drip.domain.send import State
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import sends


class Before(NamedTuple):
    """A letter that was accepted: its Message-ID, its subject and what it was rendered from."""

    message_id: str
    subject: str
    letter_values: Mapping[str, Any]


async def before(unit: Unit, enrollment_id: int, run: int) -> Before | None:
    """The last value letter of this run that was accepted; None where there is none. No closing email."""
    row = await unit.row(_BEFORE, {"enrollment": enrollment_id, "run": run})
    return None if row is None else Before(row[0], row[1], row[2] or {})


_BEFORE = Prepared(
    select(sends.c.message_id, sends.c.subject, sends.c.letter_values)
    .where(sends.c.enrollment_id == bindparam("enrollment"), sends.c.run == bindparam("run"))
    .where(text(f"sends.state = '{State.ACCEPTED}'"), sends.c.n.is_not(None), sends.c.subject.is_not(None))
    .order_by(sends.c.id.desc())
    .limit(literal_column("1"))
)
