"""Pace: how many letters a mailbox may take now, counted from what its sends say (HOUSE 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from drip.domain.pace import LENGTH, WHOLE, DomainRoom, Span, connections, day_limit, domain_of
from drip.store import leases
from drip.store.columns import UtcTime
from drip.store.engine import Kind, Unit
from drip.store.leases import Lease
from drip.store.mailboxes import Mailbox
from drip.store.prepared import Prepared
from drip.store.rests import resting
from drip.store.tables import enrollments, mailboxes, rests, sends
from drip.store.tables.sends_tables import DUE, GONE, LEASED, LOST

ENOUGH = 1_000  # letters left of a day that need no count: more than any batch
PAGE = 1_000  # waiting letters looked at together where recipient domains have a pace


@dataclass(frozen=True, slots=True)
class Room:
    """A mailbox somebody may take from: for how many letters, and over how many connections; None: as
    many as there are. `domains` is what recipient domains leave, None where none of them has a limit."""

    mailbox: Mailbox
    letters: int | None
    connections: int | None = None
    domains: DomainRoom | None = None

    def is_full_for(self, email: str) -> bool:
        """Whether a letter to this address waits for the pace."""
        return self.letters == 0 or (self.domains is not None and self.domains.left(domain_of(email)) == 0)


async def find_room(unit: Unit, mailbox_id: int, machine: datetime, most: int | None = None) -> Room | None:
    """Keep other takers of this mailbox away until the unit ends, and count what its pace leaves.

    None: somebody else is taking, or the mailbox is paused or gone. Leased, handing, uncertain and
    accepted letters all count, and an uncertain one that goes again counts twice. Each counts from its lease
    until a whole span after its handover ended: so no span has more, whenever in between the server counts.
    `machine` is machine time; `most` are the connections a batch may use, None where that does not matter.
    """
    row = await unit.row(_LOCK, {"mailbox": mailbox_id, "machine": machine})
    if row is None:
        return None
    *columns, rests_now = row
    found = Mailbox(*columns)
    asleep = await resting(unit, mailbox_id, machine) if rests_now else {}
    if WHOLE in asleep:
        return Room(found, 0)
    letters = await _left(unit, found, machine)
    if letters == 0:
        return Room(found, 0)
    fewer = _fewer(found, machine, most)
    if fewer is not None and await unit.value(_ANY_HELD, {"mailbox": mailbox_id}):
        return Room(found, 0)  # while it is slowed, one batch at a time
    return Room(found, letters, fewer, await _domains(unit, found, asleep, machine))


async def lease(unit: Unit, room: Room, now: datetime, lease: Lease, most: int) -> list[int]:
    """Lease the letters of a mailbox that may go, at most `most` of them and what its pace leaves; their ids.

    `now` is business time. Raises nothing for what somebody else was faster to take: it is left out.
    """
    most = min(most, most if room.letters is None else room.letters)
    only = await _pick(unit, room, now, lease.machine, most)
    ids = await leases.take(unit, room.mailbox.id, now, lease, most, only)
    if ids and (room.mailbox.per_day is not None or room.mailbox.warm_up):
        await unit.run(_SPEND, {"spender": room.mailbox.id, "spent": len(ids)})
    return ids


async def _pick(unit: Unit, room: Room, now: datetime, machine: datetime, most: int) -> list[int] | None:
    """The due letters to lease where recipient domains have a pace or rest, at most `most`; the longest due
    first, past those over their domain's pace. None: any. `now` is business time."""
    if room.domains is None:
        return None
    chosen: list[int] = []
    after: tuple[Any, int] | None = None
    while len(chosen) < most:
        statement = _waiting(unit.kind, room.mailbox.id, room.domains.full, after)
        page = await unit.rows(statement, {"now": now, "machine": machine})
        waiting = [(row.id, row.domain) for row in page]
        chosen += room.domains.choose(waiting, most - len(chosen))
        if len(page) < PAGE:
            break
        after = (page[-1].due_at, page[-1].id)
    return chosen


async def sent_today(unit: Unit, mailbox_id: int, machine: datetime) -> int:
    """Letters that count in the last 24 hours, those on their way included."""
    return await _counted(unit, mailbox_id, machine - LENGTH[Span.DAY])


async def clamp(unit: Unit, machine: datetime) -> None:
    """What happened at a time that has not come yet, by the clock of an earlier process, happened just now, and
    what that clock let it count is counted anew (SQLite only; a database server has one clock)."""
    for column in (sends.c.handed_at, sends.c.lost_at, mailboxes.c.slowed_at):
        await unit.run(update(column.table).where(column > machine).values({column: machine}))
    begun = mailboxes.c.warm_up_on
    await unit.run(update(mailboxes).where(begun > machine.date()).values(warm_up_on=machine.date()))
    await unit.run(update(mailboxes).values(day_room=None, day_room_of=None, day_full_until=None))


async def _left(unit: Unit, found: Mailbox, machine: datetime) -> int | None:
    if found.warm_up and found.warm_up_on is None:
        first = update(mailboxes).where(mailboxes.c.id == found.id).values(warm_up_on=machine.date())
        await unit.run(first)
    per_day = day_limit(found.per_day, found.warms_up, found.warm_up_on, machine.date())
    left = []
    if per_day is not None:
        left.append(await _left_of_day(unit, found, per_day, machine))
    if found.per_minute is not None and left != [0]:
        counted = await _counted(unit, found.id, machine - LENGTH[Span.MINUTE])
        left.append(max(0, found.per_minute - counted))
    return min(left) if left else None


async def _left_of_day(unit: Unit, found: Mailbox, per_day: int, machine: datetime) -> int:
    """What 24 hours leave. Counted when too little was left for a batch, and a full day once a minute:
    counting a hundred thousand letters at every take would cost more than sending them."""
    if found.day_room is not None and found.day_room_of == per_day:
        if found.day_room >= ENOUGH:
            return found.day_room
        if found.day_full_until is not None and machine < found.day_full_until:
            return 0
    left = max(0, per_day - await _counted(unit, found.id, machine - LENGTH[Span.DAY]))
    full_until = await _next_free(unit, found.id, machine) if left == 0 else None
    values = {"day_room": left, "day_room_of": per_day, "day_full_until": full_until}
    await unit.run(update(mailboxes).where(mailboxes.c.id == found.id).values(values))
    return left


async def _next_free(unit: Unit, mailbox_id: int, machine: datetime) -> datetime:
    """When a full day is worth another count: when its oldest letter leaves it, in a minute at the latest."""
    since = machine - LENGTH[Span.DAY]
    oldest: datetime | None = await unit.value(_OLDEST, {"mailbox": mailbox_id, "since": since})
    leaves = machine if oldest is None else oldest + LENGTH[Span.DAY]
    return min(leaves, machine + LENGTH[Span.MINUTE])


async def _counted(unit: Unit, mailbox_id: int, since: datetime) -> int:
    found: int = await unit.value(_COUNT, {"mailbox": mailbox_id, "since": since})
    return found


def _fewer(found: Mailbox, machine: datetime, most: int | None) -> int | None:
    """The connections it may use while a rate limit has slowed it; None: as many as any."""
    if most is None or found.slowed_at is None:
        return None
    allowed = connections(most, found.slowed_to, machine - found.slowed_at)
    return allowed if allowed < most else None


async def _domains(unit: Unit, found: Mailbox, asleep: Mapping[str, datetime], machine: datetime) -> DomainRoom | None:
    if not found.domain_pace and not asleep:
        return None
    counted = await _counted_by_domain(unit, found, machine) if found.domain_pace else {}
    return DomainRoom(found.domain_pace, counted, frozenset(asleep))


async def _counted_by_domain(unit: Unit, found: Mailbox, machine: datetime) -> dict[str, dict[Span, int]]:
    longest = max((LENGTH[Span(one)] for limits in found.domain_pace.values() for one in limits), default=timedelta())
    since = {f"since_{span}": machine - length for span, length in LENGTH.items()}
    given = {"mailbox": found.id, "since": machine - longest, **since}
    rows = await unit.rows(_by_domain(unit.kind), given)
    return {row.domain: {span: getattr(row, span) for span in Span} for row in rows}


def _waiting(kind: Kind, mailbox_id: int, full: frozenset[str], after: tuple[datetime, int] | None) -> Any:
    """A page of due letters with their recipient domains, without the domains that are full."""
    domain = _domain(kind)
    statement = (
        select(sends.c.id, sends.c.due_at, domain)
        .join(enrollments, enrollments.c.id == sends.c.enrollment_id)
        .where(
            sends.c.mailbox_id == mailbox_id,
            text(f"sends.{DUE}"),
            sends.c.due_at <= bindparam("now", type_=UtcTime),
            sends.c.retry_at.is_(None) | (sends.c.retry_at <= bindparam("machine", type_=UtcTime)),
        )
    )
    if full:
        statement = statement.where(domain.not_in(sorted(full)))
    if after is not None:
        later = and_(sends.c.due_at == after[0], sends.c.id > after[1])
        statement = statement.where((sends.c.due_at > after[0]) | later)
    return statement.order_by(sends.c.due_at, sends.c.id).limit(PAGE)


def _domain(kind: Kind) -> Any:
    """What follows the @ of an enrollment's address, which is lower case."""
    email = enrollments.c.email
    if kind == "postgresql":
        return func.split_part(email, "@", -1).label("domain")
    return func.substr(email, func.instr(email, "@") + 1).label("domain")


@lru_cache
def _by_domain(kind: Kind) -> Any:
    ones = union_all(_HELD_ONES, _GONE_ONES, _LOST_ONES).subquery("ones")
    counts = [
        func.coalesce(
            func.sum(ones.c.times).filter(
                or_(ones.c.at.is_(None), ones.c.at > bindparam(f"since_{span}", type_=UtcTime))
            ),
            0,
        ).label(span)
        for span in Span
    ]
    joined = ones.join(enrollments, enrollments.c.id == ones.c.enrollment_id)
    return select(_domain(kind), *counts).select_from(joined).group_by(literal_column("1"))


_COLUMNS = [mailboxes.c[name] for name in Mailbox.__dataclass_fields__]
_MAILBOX: Any = bindparam("mailbox")
_SINCE: Any = bindparam("since", type_=UtcTime)
_RESTS_NOW = exists().where(rests.c.mailbox_id == mailboxes.c.id, rests.c.until > bindparam("machine", type_=UtcTime))
_LOCK = Prepared(
    select(*_COLUMNS, _RESTS_NOW)
    .where(mailboxes.c.id == _MAILBOX, mailboxes.c.state == "active")
    .with_for_update(key_share=True, skip_locked=True, of=mailboxes)
)
# The states are written out: only so do the partial indexes serve, and nothing but an index is read.
_MINE = (sends.c.mailbox_id == _MAILBOX, text(f"sends.{LEASED}"))
_GONE = (sends.c.mailbox_id == _MAILBOX, sends.c.handed_at > _SINCE, text(f"sends.{GONE}"))
# The first handover of a letter that goes or went again: it may have arrived twice (R40).
_LOST = (sends.c.mailbox_id == _MAILBOX, sends.c.lost_at > _SINCE, text(f"sends.{LOST}"))
_OLDEST = select(func.min(sends.c.handed_at)).where(*_GONE)
_SPEND = (
    update(mailboxes)
    .where(mailboxes.c.id == bindparam("spender"))
    .values(day_room=mailboxes.c.day_room - bindparam("spent"))
)
_ANY_HELD = select(exists().where(*_MINE))
_COUNT = select(
    select(func.count()).select_from(sends).where(*_MINE).scalar_subquery()
    + select(func.count()).select_from(sends).where(*_GONE).scalar_subquery()
    + select(func.coalesce(func.sum(sends.c.lost), 0)).where(*_LOST).scalar_subquery()
)
_ONCE: Any = literal_column("1").label("times")
_HELD_ONES = select(sends.c.enrollment_id, cast(null(), UtcTime).label("at"), _ONCE).where(*_MINE)
_GONE_ONES = select(sends.c.enrollment_id, sends.c.handed_at.label("at"), _ONCE).where(*_GONE)
_LOST_ONES = select(sends.c.enrollment_id, sends.c.lost_at.label("at"), sends.c.lost.label("times")).where(*_LOST)
