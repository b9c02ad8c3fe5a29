"""Mailboxes: the identities we send from, with their limits and whether they are paused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, literal_column, select, update

from drip.domain.pace import DomainPace, WarmUp
from drip.domain.return_path import OWN
from drip.domain.send import State
from drip.store.batch import among, columns_of
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.records import add_one, read_all, read_one
from drip.store.tables import mailboxes, sends


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """A mailbox to be added. `secret` is already encrypted; None limits: as fast as it goes.

    `warm_up` is {"start": letters, "step": letters}; see domain.pace for that and `domain_pace`, and
    domain.return_path for `bounces_to`.
    """

    name: str
    address: str
    host: str
    port: int
    security: str  # none, starttls or tls
    rep_id: int | None = None
    from_name: str = ""
    login: str | None = None
    secret: str | None = None
    time_zone: str | None = None
    postal_address: str = ""
    uncertain_policy: str = "left"  # left or again (R40)
    per_minute: int | None = None
    per_day: int | None = None
    warm_up: Mapping[str, int] | None = None
    domain_pace: DomainPace = field(default_factory=dict)
    bounces_to: str = OWN
    for_notices: bool = False  # mail to our own people goes from it; at most one has this


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox as kept; `state` is active or paused, the latter with a reason.

    `warning` is what a brake warns of; `warm_up_on` and `slowed_at` are machine time, the others business.
    """

    id: int
    name: str
    address: str
    host: str
    port: int
    security: str
    rep_id: int | None
    from_name: str
    login: str | None
    secret: str | None
    time_zone: str | None
    postal_address: str
    uncertain_policy: str
    per_minute: int | None
    per_day: int | None
    state: str
    paused_reason: str | None
    paused_at: datetime | None
    created_at: datetime
    warm_up: Mapping[str, int] | None
    warm_up_on: date | None
    domain_pace: DomainPace
    resumed_at: datetime | None
    warning: str | None
    slowed_at: datetime | None
    slowed_to: int | None
    day_room: int | None
    day_room_of: int | None
    day_full_until: datetime | None
    bounces_to: str
    for_notices: bool

    @property
    def stopped(self) -> str | None:
        """Why no letter leaves from it: "paused", or "no_postal_address" (MAIL 46); None: they leave."""
        if self.state == "paused":
            return "paused"
        return None if self.postal_address else "no_postal_address"

    @property
    def warms_up(self) -> WarmUp | None:
        """How it begins; None: at once."""
        return WarmUp(**self.warm_up) if self.warm_up else None


async def add(unit: Unit, new: NewMailbox, now: datetime) -> int:
    """Add a mailbox; the id. A name that is known raises the database's IntegrityError: ask first."""
    return await add_one(unit, mailboxes, new, created_at=now)


async def get(unit: Unit, mailbox_id: int) -> Mailbox | None:
    """The mailbox with this id."""
    row = await unit.row(_GET, {"mailbox": mailbox_id})
    return None if row is None else Mailbox(*row)


async def by_name(unit: Unit, name: str) -> Mailbox | None:
    """The mailbox of this name."""
    return await read_one(unit, mailboxes, Mailbox, mailboxes.c.name == name)


async def of_reps(unit: Unit, rep_ids: Iterable[int]) -> dict[int, Mailbox]:
    """The mailbox each of these reps writes from: the first one added for that rep."""
    rows = await unit.rows(_of_reps(unit.kind), {"ids": sorted(set(rep_ids))})
    return {row.rep_id: Mailbox(*row) for row in rows}


async def are_there(unit: Unit) -> bool:
    """Whether there is any mailbox at all."""
    return await unit.value(_ANY) is not None


async def listing(unit: Unit) -> list[Mailbox]:
    """All mailboxes, by name."""
    return await read_all(unit, mailboxes, Mailbox, order=(mailboxes.c.name,))


async def lock(unit: Unit, mailbox_id: int) -> bool:
    """Lock the mailbox for this unit; False when somebody else holds it (or it does not exist)."""
    statement = select(mailboxes.c.id).where(mailboxes.c.id == mailbox_id)
    return await unit.value(statement.with_for_update(key_share=True, skip_locked=True)) is not None


async def locked(unit: Unit, mailbox_id: int) -> Mailbox | None:
    """The mailbox, locked until the unit ends; waits for whoever holds it."""
    mine = select(*columns_of(Mailbox, mailboxes)).where(mailboxes.c.id == mailbox_id)
    row = await unit.row(mine.with_for_update(key_share=True))
    return None if row is None else Mailbox(*row)


async def pause(unit: Unit, mailbox_id: int, reason: str, now: datetime) -> bool:
    """Stop sending from it, for a reason that is shown; False when it was paused already.

    Its leased letters are due again: after the commit no body of them starts.
    """
    statement = update(mailboxes).where(mailboxes.c.id == mailbox_id, mailboxes.c.state == "active")
    changed = await unit.run(statement.values(state="paused", paused_reason=reason, paused_at=now))
    if changed.rowcount > 0:
        leased = update(sends).where(sends.c.mailbox_id == mailbox_id, sends.c.state == State.LEASED)
        free = {"state": State.DUE, "lease_token": None, "lease_until": None, "attempts": sends.c.attempts - 1}
        await unit.run(leased.values(**free))
    return changed.rowcount > 0


async def resume(unit: Unit, mailbox_id: int, now: datetime) -> bool:
    """Send from it again; False when it was not paused. Brakes count from `now` on."""
    statement = update(mailboxes).where(mailboxes.c.id == mailbox_id, mailboxes.c.state == "paused")
    values = {"state": "active", "paused_reason": None, "paused_at": None, "resumed_at": now, "warning": None}
    changed = await unit.run(statement.values(**values))
    return changed.rowcount > 0


async def change(unit: Unit, mailbox_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a mailbox, each to what is valid there."""
    if values:
        await unit.run(update(mailboxes).where(mailboxes.c.id == mailbox_id).values(**values))


async def warn(unit: Unit, mailbox_id: int, warning: str | None) -> bool:
    """Keep what a brake warns of, None for nothing; False when it stood so already."""
    same = mailboxes.c.warning.is_not_distinct_from(warning)
    changed = await unit.run(update(mailboxes).where(mailboxes.c.id == mailbox_id, ~same).values(warning=warning))
    return changed.rowcount > 0


_ANY = Prepared(select(mailboxes.c.id).limit(literal_column("1")))
_GET = Prepared(select(*columns_of(Mailbox, mailboxes)).where(mailboxes.c.id == bindparam("mailbox")))


@lru_cache
def _of_reps(kind: Kind) -> Prepared:
    mine = select(*columns_of(Mailbox, mailboxes)).where(among(kind, mailboxes.c.rep_id))
    return Prepared(mine.order_by(mailboxes.c.id.desc()))
