"""Landings: what came of attempts at sending, written fenced by the lease they were made under."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Integer, Text, and_, bindparam, case, func, or_, select, text, update

from drip.domain.send import Move, State
from drip.store.batch import insert_many
from drip.store.columns import UtcTime, listed
from drip.store.engine import Kind, Unit
from drip.store.leases import FREE, from_where
from drip.store.many import many, rows_of
from drip.store.prepared import Prepared
from drip.store.tables import attempts, sends
from drip.store.tables.sends_tables import TRIED
from drip.store.writes import Write, write


class Landing(NamedTuple):
    """What came of one attempt: the state a send lands in, and what the server said.

    `number` counts the send's takes; `retry_at` is machine time, for due only. `handed_at` is machine time
    too: when the handover ended, for letters that may have arrived; None leaves it, and forgets it for due.
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
    handed_at: datetime | None = None


class Attempt(NamedTuple):
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


async def settle(unit: Unit, landings: Sequence[Landing]) -> frozenset[int]:
    """Write what came of attempts, each fenced by its lease's token; the ids that moved (HOUSE 5).

    From leased a send lands only refused or due: no body of it went out.
    """
    if not landings:
        return frozenset()
    moved = await unit.rows(_settle(unit.kind), rows_of(landings))
    return frozenset(row[0] for row in moved)


async def settle_late(unit: Unit, landings: Sequence[Landing]) -> frozenset[int]:
    """Turn uncertain sends into what a late answer says, while its attempt is still the newest
    (HOUSE 5); the ids that moved."""
    certain = [one for one in landings if one.state in (State.ACCEPTED, State.REFUSED)]
    if not certain:
        return frozenset()
    moved = await unit.rows(_settle_late(unit.kind), rows_of(certain))
    return frozenset(row[0] for row in moved)


async def record(unit: Unit, made: Sequence[Attempt]) -> None:
    """Keep attempts for people to read."""
    await write(unit, recording(unit, made))


def recording(unit: Unit, made: Sequence[Attempt]) -> list[Write]:
    """The writes of `record`, to be done with others."""
    return [Write(insert_many(unit.kind, attempts, _ATTEMPT), rows_of(made))] if made else []


async def last_classes(unit: Unit, prospect_ids: Collection[int], limit: int) -> dict[int, list[str]]:
    """What the last letters to these prospects came to (their outcome's class), the newest first."""
    found: dict[int, list[str]] = {}
    for prospect_id in prospect_ids:
        rows = await unit.rows(_LAST, {"prospect": prospect_id, "most": limit})
        found[prospect_id] = [row[0] for row in rows]
    return found


_LAST = (
    select(sends.c.outcome_class)
    .where(sends.c.prospect_id == bindparam("prospect"), text(f"sends.{TRIED}"))
    .order_by(sends.c.id.desc())
    .limit(bindparam("most"))
)
_ATTEMPT = Attempt._fields
_KEPT = ("state", "outcome_class", "outcome_code", "outcome_text", "retry_at", "settled_at")


@lru_cache
def _settle(kind: Kind) -> Prepared:
    given = _given(kind)
    before_the_body = and_(from_where(Move.REFUSE), text(f"given.state IN ({listed((State.REFUSED, State.DUE))})"))
    handed_at = case(
        (given.c.state == State.DUE, given.c.handed_at), else_=func.coalesce(given.c.handed_at, sends.c.handed_at)
    )
    return Prepared(
        update(sends)
        .values(**{name: given.c[name] for name in _KEPT}, handed_at=handed_at, **FREE)
        .where(
            sends.c.id == given.c.id,
            sends.c.lease_token == given.c.token,
            or_(from_where(Move.SETTLE), before_the_body),
        )
        .returning(sends.c.id)
    )


@lru_cache
def _settle_late(kind: Kind) -> Prepared:
    given = _given(kind)
    return Prepared(
        update(sends)
        .values({name: given.c[name] for name in _KEPT})
        .where(
            sends.c.id == given.c.id,
            sends.c.attempts == given.c.number,
            from_where(Move.RESOLVE),
        )
        .returning(sends.c.id)
    )


def _given(kind: Kind) -> Any:
    texts: dict[str, Any] = dict.fromkeys(("token", "state", "outcome_class", "outcome_code", "outcome_text"), Text())
    times: dict[str, Any] = dict.fromkeys(("retry_at", "settled_at", "handed_at"), UtcTime())
    return many(kind, "given", id=BigInteger(), number=Integer(), **texts, **times)
