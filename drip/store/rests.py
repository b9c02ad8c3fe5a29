"""Rests: recipient domains a mailbox sends nothing to for a while, because a server asked for that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.tables import rests

_INSERT: Mapping[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


async def begin(unit: Unit, mailbox_id: int, domains: Mapping[str, datetime]) -> None:
    """Let these domains ("" is every domain) rest until a machine time; a longer rest stays."""
    for domain, until in sorted(domains.items()):
        new = _INSERT[unit.kind](rests).values(mailbox_id=mailbox_id, domain=domain, until=until)
        longer = case((new.excluded.until > rests.c.until, new.excluded.until), else_=rests.c.until)
        await unit.run(new.on_conflict_do_update(index_elements=["mailbox_id", "domain"], set_={"until": longer}))


async def resting(unit: Unit, mailbox_id: int, machine: datetime) -> dict[str, datetime]:
    """The domains that rest now, and until when (machine time)."""
    return {row[0]: row[1] for row in await unit.rows(_RESTING, {"mailbox": mailbox_id, "machine": machine})}


async def end(unit: Unit, mailbox_id: int) -> None:
    """Let everything go again."""
    await unit.run(delete(rests).where(rests.c.mailbox_id == mailbox_id))


async def clamp(unit: Unit, latest: datetime) -> None:
    """No rest lasts beyond `latest`: the clock of an earlier process may have been ahead (SQLite only)."""
    await unit.run(rests.update().where(rests.c.until > latest).values(until=latest))


_RESTING = select(rests.c.domain, rests.c.until).where(
    rests.c.mailbox_id == bindparam("mailbox"), rests.c.until > bindparam("machine", type_=UtcTime)
)
