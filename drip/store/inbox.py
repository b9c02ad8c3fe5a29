"""The inbox: mails that could not be placed, as they came, for a person to look at (R35)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from drip.store.engine import Unit
from drip.store.tables import inbox, received

LONGEST = 262_144  # octets of a mail that are kept
LONGEST_ASIDE = 16_384  # of one that nobody need look at


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to be kept as it came. `received_id` is its row in `received`; `state` waiting or set_aside; `cls` and
    `rule` as it was understood."""

    received_id: int
    state: str
    cls: str
    rule: str
    sender: str
    subject: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail of the inbox without its bytes. `size` in octets; `note` what was written, as it was understood."""

    id: int
    state: str
    cls: str
    rule: str
    sender: str
    subject: str
    size: int
    at: datetime
    prospect_id: int | None
    send_id: int | None
    note: str
    done_at: datetime | None
    done_by: str | None


async def add(unit: Unit, new: NewMail) -> None:
    """Keep one; of a long mail its beginning."""
    longest = LONGEST if new.state == "waiting" else LONGEST_ASIDE
    values = {name: getattr(new, name) for name in NewMail.__dataclass_fields__}
    await unit.run(insert(inbox).values(**values | {"raw": new.raw[:longest], "size": len(new.raw)}))


async def listing(unit: Unit, *, everything: bool = False, after: int = 0, limit: int = 50) -> list[Kept]:
    """Mails that wait for a person, the oldest first, those with ids above `after`; or every one."""
    statement = _READ.where(inbox.c.received_id > after).order_by(inbox.c.received_id).limit(limit)
    if not everything:
        statement = statement.where(inbox.c.state == "waiting")
    return [Kept(*row) for row in await unit.rows(statement)]


async def get(unit: Unit, received_id: int) -> Kept | None:
    """One mail."""
    row = await unit.row(_READ.where(inbox.c.received_id == received_id))
    return None if row is None else Kept(*row)


async def raw(unit: Unit, received_id: int) -> bytes | None:
    """A mail as it came, or its beginning; None once it is erased."""
    found: bytes | None = await unit.value(select(inbox.c.raw).where(inbox.c.received_id == received_id))
    return None if found is None else bytes(found)


async def finish(unit: Unit, received_id: int, state: str, who: str, now: datetime) -> bool:
    """A person has placed or dismissed it: its bytes are erased. False where somebody did so before."""
    statement = update(inbox).where(inbox.c.received_id == received_id, inbox.c.state.in_(("waiting", "set_aside")))
    return (await unit.run(statement.values(state=state, raw=None, done_at=now, done_by=who))).rowcount > 0


_READ = select(
    inbox.c.received_id,
    *inbox.c["state", "cls", "rule", "sender", "subject", "size"],
    *received.c["at", "prospect_id", "send_id", "note"],
    *inbox.c["done_at", "done_by"],
).join(received, received.c.id == inbox.c.received_id)
