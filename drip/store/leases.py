"""Leases on sends: every guarded move of HOUSE's durable protocol, in batches."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, Integer, Text, and_, exists, func, or_, select, update

from drip.domain.enrollment import State as Enrolled
from drip.domain.send import Move, State, sources
from drip.store.columns import Json, UtcTime
from drip.store.engine import Unit
from drip.store.many import Columns, many
from drip.store.tables import attempts, enrollments, mailboxes, prospects, sends, suppressions

SENT_TO = (Enrolled.DRIPPING, Enrolled.COMPLETED, Enrolled.CLOSING)  # closing: one sent again (R40)
DOMAINS = 4  # suppressible domains of one address that the guard looks at: its own, and those above
FARTHEST_ZONE = timedelta(hours=14)  # how far a local day can be ahead of UTC's
_FREE = {"lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Pace:
    """How many letters a mailbox may hand over in a minute and in any 24 hours; None: no limit."""

    per_minute: int | None
    per_day: int | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a leased send is to go out as, kept from its first compose on (MAIL 2)."""

    id: int
    message_id: str
    dated_at: datetime
    letter_values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A request to hand one letter over. `touched_on` is what the gap was judged by at take;
    `domains` are those whose suppression would stop it, the address's own first."""

    id: int
    email: str
    domains: tuple[str, ...]
    touched_on: date | None
    subject: str
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Landing:
    """What came of one attempt: the state a send lands in, and what the server said.

    `number` counts the send's takes; `retry_at` is machine time, for due and uncertain only.
    """

    id: int
    token: str
    number: int
    state: State
    outcome_class: str
    outcome_code: str | None
    outcome_text: str
    retry_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One conversation about one letter, for the record; times are machine time."""

    send_id: int
    number: int
    lease_token: str
    outcome: str
    phase: str
    code: int | None
    enhanced: str | None
    text: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A send somebody had a lease on, found by rescue."""

    id: int
    enrollment_id: int
    state: State


async def machine_time(unit: Unit, single: datetime | None) -> datetime:
    """Machine time (HOUSE, "Two clocks"): the database's clock, or `single`, the clock of the one
    process there is on SQLite."""
    if unit.kind == "sqlite" and single is not None:
        return single
    found: datetime = await unit.value(select(func.clock_timestamp(type_=UtcTime)))
    return found


async def lock_mailbox(unit: Unit, mailbox_id: int) -> Pace | None:
    """Keep other takers of this mailbox away until the unit ends; its limits.

    None: somebody else is taking, or the mailbox is paused or gone.
    """
    statement = (
        select(mailboxes.c.per_minute, mailboxes.c.per_day)
        .where(mailboxes.c.id == mailbox_id, mailboxes.c.state == "active")
        .with_for_update(skip_locked=True)
    )
    found = await unit.row(statement)
    return None if found is None else Pace(found.per_minute, found.per_day)


async def pace_left(unit: Unit, mailbox_id: int, pace: Pace, machine: datetime) -> int | None:
    """How many letters the mailbox may take now; None: as many as there are.

    Leased, handing, uncertain and accepted letters all count (HOUSE 3).
    """
    room = []
    for most, span in ((pace.per_minute, timedelta(minutes=1)), (pace.per_day, timedelta(days=1))):
        if most is not None:
            room.append(most - await _counted(unit, mailbox_id, machine - span))
    return max(0, min(room)) if room else None


async def take(
    unit: Unit, mailbox_id: int | None, now: datetime, lease: tuple[str, datetime, datetime], limit: int
) -> list[int]:
    """Lease up to `limit` due sends of a mailbox (None: the shelf), the longest due first.

    `lease` is the token, the machine time, and the machine time it ends at. The ids of those leased.
    """
    token, machine, until = lease
    mine = sends.c.mailbox_id.is_(None) if mailbox_id is None else sends.c.mailbox_id == mailbox_id
    ready = (
        select(sends.c.id)
        .where(mine, sends.c.state == State.DUE, sends.c.due_at <= now)
        .where(or_(sends.c.retry_at.is_(None), sends.c.retry_at <= machine))
        .order_by(sends.c.due_at, sends.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(sends)
        .values(
            state=State.LEASED,
            lease_token=token,
            lease_until=until,
            retry_at=None,
            attempts=sends.c.attempts + 1,
        )
        .where(sends.c.id.in_(ready.scalar_subquery()), sends.c.state == State.DUE)
        .returning(sends.c.id)
    )
    return sorted(row[0] for row in await unit.rows(statement))


async def stamp(unit: Unit, token: str, stamps: Sequence[Stamp]) -> None:
    """Keep what leased sends render from, where nothing is kept yet (MAIL 2)."""
    if not stamps:
        return
    columns: Columns = {"id": BigInteger(), "message_id": Text(), "dated_at": UtcTime(), "letter_values": Json}
    given = many(unit.kind, "given", columns, [asdict(one) for one in stamps])
    await unit.run(
        update(sends)
        .values({name: given.c[name] for name in ("message_id", "dated_at", "letter_values")})
        .where(sends.c.id == given.c.id, sends.c.lease_token == token, sends.c.letter_values.is_(None))
    )


async def hand_over(
    unit: Unit, marks: Sequence[Mark], now: datetime, lease: tuple[str, datetime, datetime]
) -> frozenset[int]:
    """Mark leased letters as handing, all in one guarded statement; the ids that may go (HOUSE 4).

    `lease` is the token, the machine time, and the machine time the longer lease ends at. A letter
    stays where it is when its lease is not ours or over, or when anything protects the prospect:
    the enrollment's state, a pause, a wait, an absence, an opt-out, a complaint, a suppression, or
    a touch since it was taken (R36).
    """
    token, machine, until = lease
    given = _marks(unit, marks)
    statement = (
        update(sends)
        .values(
            state=State.HANDING,
            handed_at=machine,
            lease_until=until,
            subject=given.c.subject,
            destinations=given.c.destinations,
        )
        .where(
            sends.c.id == given.c.id,
            sends.c.state.in_(sources(Move.HAND_OVER)),
            sends.c.lease_token == token,
            sends.c.lease_until > machine,
            _nothing_protects(given, (now + FARTHEST_ZONE).date()),
            ~_suppressed(given),
        )
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def settle(unit: Unit, landings: Sequence[Landing]) -> frozenset[int]:
    """Write what came of attempts, fenced by each one's token; the ids that moved (HOUSE 5).

    From leased a send lands only refused or due: no body of it went out.
    """
    if not landings:
        return frozenset()
    given = _landings(unit, landings)
    before_the_body = and_(sends.c.state.in_(sources(Move.REFUSE)), given.c.state.in_((State.REFUSED, State.DUE)))
    statement = (
        update(sends)
        .values(**_landed(given), **_FREE)
        .where(
            sends.c.id == given.c.id,
            sends.c.lease_token == given.c.token,
            or_(sends.c.state.in_(sources(Move.SETTLE)), before_the_body),
        )
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def settle_late(unit: Unit, landings: Sequence[Landing]) -> frozenset[int]:
    """Turn uncertain sends into what a late answer says, while its attempt is still the newest
    (HOUSE 5); the ids that moved."""
    certain = [one for one in landings if one.state in (State.ACCEPTED, State.REFUSED)]
    if not certain:
        return frozenset()
    given = _landings(unit, certain)
    statement = (
        update(sends)
        .values(**_landed(given))
        .where(
            sends.c.id == given.c.id,
            sends.c.attempts == given.c.number,
            sends.c.state == State.UNCERTAIN,
        )
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def record(unit: Unit, made: Sequence[Attempt]) -> None:
    """Keep attempts for people to read; one that is there already stays as it is."""
    if made:
        await unit.run(attempts.insert(), [asdict(one) for one in made])


async def release(unit: Unit, token: str, ids: Collection[int], retry_at: datetime | None = None) -> frozenset[int]:
    """Give leased sends back untried, not to be taken before `retry_at` (machine); the ids that moved."""
    if not ids:
        return frozenset()
    statement = (
        update(sends)
        .values(state=State.DUE, attempts=sends.c.attempts - 1, retry_at=retry_at, **_FREE)
        .where(sends.c.id.in_(ids), sends.c.state.in_(sources(Move.RELEASE)), sends.c.lease_token == token)
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def withdraw_leased(unit: Unit, token: str, reasons: dict[int, str], now: datetime) -> frozenset[int]:
    """Take back our own leased sends, each for its reason (R36); the ids that moved."""
    rows = [{"id": one, "reason": why} for one, why in reasons.items()]
    given = many(unit.kind, "given", {"id": BigInteger(), "reason": Text()}, rows)
    statement = (
        update(sends)
        .values(state=State.WITHDRAWN, withdrawn_reason=given.c.reason, settled_at=now, retry_at=None, **_FREE)
        .where(
            sends.c.id == given.c.id,
            sends.c.state.in_(sources(Move.WITHDRAW)),
            sends.c.lease_token == token,
        )
        .returning(sends.c.id)
    )
    return frozenset(row[0] for row in await unit.rows(statement))


async def _counted(unit: Unit, mailbox_id: int, since: datetime) -> int:
    here = sends.c.mailbox_id == mailbox_id
    held = select(func.count()).where(here, sends.c.state.in_((State.LEASED, State.HANDING)))
    gone = select(func.count()).where(
        here, sends.c.handed_at > since, sends.c.state.in_((State.ACCEPTED, State.UNCERTAIN))
    )
    found: int = await unit.value(select(held.scalar_subquery() + gone.scalar_subquery()))
    return found


def _marks(unit: Unit, marks: Sequence[Mark]) -> Any:
    columns: Columns = {
        "id": BigInteger(),
        "email": Text(),
        "touched_on": Date(),
        "subject": Text(),
        "destinations": Json,
        **{f"domain_{place}": Text() for place in range(DOMAINS)},
    }
    rows = [
        asdict(one) | {f"domain_{place}": domain for place, domain in enumerate(one.domains[:DOMAINS])} for one in marks
    ]
    return many(unit.kind, "given", columns, rows)


def _nothing_protects(given: Any, latest_day: date) -> Any:
    """The prospect may be written to: asked of the rows as they are now, not as they were taken."""
    return exists().where(
        enrollments.c.id == sends.c.enrollment_id,
        enrollments.c.state.in_(SENT_TO),
        enrollments.c.paused_at.is_(None),
        enrollments.c.waiting_for.is_(None),
        or_(enrollments.c.absent_until.is_(None), enrollments.c.absent_until <= latest_day),
        or_(enrollments.c.colleague_until.is_(None), enrollments.c.colleague_until <= latest_day),
        prospects.c.id == enrollments.c.prospect_id,
        prospects.c.opted_out_at.is_(None),
        prospects.c.complained_at.is_(None),
        prospects.c.touched_on.is_not_distinct_from(given.c.touched_on),
    )


def _suppressed(given: Any) -> Any:
    domains = [given.c[f"domain_{place}"] for place in range(DOMAINS)]
    return exists().where(
        suppressions.c.lifted_at.is_(None),
        or_(suppressions.c.address == given.c.email, suppressions.c.domain.in_(domains)),
    )


def _landings(unit: Unit, landings: Sequence[Landing]) -> Any:
    columns: Columns = {
        "id": BigInteger(),
        "token": Text(),
        "number": Integer(),
        "state": Text(),
        "outcome_class": Text(),
        "outcome_code": Text(),
        "outcome_text": Text(),
        "retry_at": UtcTime(),
        "settled_at": UtcTime(),
    }
    return many(unit.kind, "given", columns, [asdict(one) for one in landings])


def _landed(given: Any) -> dict[str, Any]:
    kept = ("state", "outcome_class", "outcome_code", "outcome_text", "retry_at", "settled_at")
    return {name: given.c[name] for name in kept}
