"""Sends that are not settled yet, as far as a fact about their prospect needs to know them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select, text

from drip.domain.send import State
from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import sends
from drip.store.tables.sends_tables import UNFINISHED


@dataclass(frozen=True, slots=True)
class Pending:
    """A send that is due, leased or handing. `handed_at` is set on one that is sent again (R40)."""

    id: int
    enrollment_id: int
    prospect_id: int
    run: int
    key: str
    state: State
    handed_at: datetime | None

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether its body has not started yet."""
        return self.state is not State.HANDING


async def pending(unit: Unit, enrollment_ids: Collection[int]) -> list[Pending]:
    """The unfinished sends of these enrollments, at most one each, by id and locked."""
    if not enrollment_ids:
        return []
    rows = await unit.rows(_unfinished(unit.kind), {"ids": list(enrollment_ids)})
    return [Pending(**{**row._mapping, "state": State(row.state)}) for row in rows]


@lru_cache
def _unfinished(kind: Kind) -> Prepared:
    columns = [sends.c[name] for name in Pending.__dataclass_fields__]
    return Prepared(
        select(*columns)
        .where(among(kind, sends.c.enrollment_id), text(f"sends.{UNFINISHED}"))
        .order_by(sends.c.id)
        .with_for_update()
    )
