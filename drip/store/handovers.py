"""Handovers on PostgreSQL: the letters just accepted are settled and the next ones marked, by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Interval,
    Text,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.types import TypeEngine

from drip.domain.enrollment import Enrollment
from drip.domain.send import Move, State
from drip.store.alike import many_alike, packed_alike
from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.enrollments import VERSION, Open
from drip.store.facts import NewFact
from drip.store.landings import Attempt
from drip.store.leases import FARTHEST_ZONE, FREE, MARKED, Mark, from_where, handing_over, written
from drip.store.pictures import changed_fields, columns_of, picture
from drip.store.prepared import Prepared
from drip.store.tables import attempts, enrollments, facts, prospects, sends


class Accepted(NamedTuple):
    """A letter the server took: what its attempt was and its answer's class and code, and the enrollment after it.

    `was` is the enrollment as it was loaded, `after` its new picture; `told` are the facts, each about this send.
    """

    attempt: Attempt
    outcome_class: str
    outcome_code: str | None
    was: Open
    after: Enrollment
    next_at: datetime | None
    closed_at: datetime | None
    told: Sequence[NewFact]


@dataclass(frozen=True, slots=True)
class Passed:
    """What one statement did: ids of the sends it settled, and of those whose bodies may go."""

    settled: frozenset[int] = frozenset()
    may_go: frozenset[int] = frozenset()


async def settle_and_hand_over(
    unit: Unit, accepted: Sequence[Accepted], marks: Sequence[Mark], now: datetime, token: str, handing: timedelta
) -> Passed:
    """Settle what was accepted, and mark what is to go under the lease `token` for `handing` (HOUSE 4, 5).

    A letter is settled while its lease is ours and its enrollment as it was loaded: who was faster than we
    makes it stay as it is, for `settle` to do from its start. Then nothing is marked. Machine time is the
    database's clock.
    """
    # Of those that are alike the pictures are the same objects: each pair is looked at once.
    pairs = {(id(one.was.enrollment), id(one.after)): (one.was.enrollment, one.after) for one in accepted}
    fields = tuple(changed_fields(pairs.values()))
    shown = {id(after): tuple(picture(after, fields).values()) for _, after in pairs.values()}
    lines = ((place, *fact) for one in accepted for place, fact in enumerate(one.told))
    parameters = {
        **packed_alike(tuple(_shape(fields)), (_row(one, shown[id(one.after)]) for one in accepted), "accepted"),
        **packed_alike(tuple(_LINE), lines, "told"),
        **packed_alike(tuple(MARKED), map(written, marks), "marks", {"id", "message_id", "letter_values"}),
        "expected": len(accepted),
        "marked": len(marks),
        "token": token,
        "handing": handing,
        "now": now,
        "day": (now + FARTHEST_ZONE).date(),
    }
    row = await unit.row(_statement(fields), parameters)
    assert row is not None
    return Passed(frozenset(row[0] or ()), frozenset(row[1] or ()))


_ATTEMPT: dict[str, TypeEngine[Any]] = {name: attempts.c[name].type for name in Attempt._fields}
_OWN: dict[str, TypeEngine[Any]] = {
    **_ATTEMPT,
    "outcome_class": Text(),
    "outcome_code": Text(),
    "enrollment_id": BigInteger(),
    "prospect_id": BigInteger(),
    "version": Text(),
    "touched_on": Date(),
    "next_at": UtcTime(),
    "closed_at": UtcTime(),
}
_FACT = NewFact._fields
_LINE: dict[str, TypeEngine[Any]] = {"place": Integer(), **{name: facts.c[name].type for name in _FACT}}
_CLOCK = func.clock_timestamp(type_=UtcTime)


@lru_cache(maxsize=256)
def _shape(fields: tuple[str, ...]) -> Mapping[str, TypeEngine[Any]]:
    """The columns of `_row`."""
    return _OWN | {name: enrollments.c[name].type for name in columns_of(fields)}


def _row(one: Accepted, shown: tuple[Any, ...]) -> tuple[Any, ...]:
    was, after = one.was, one.after
    return (
        *one.attempt,
        one.outcome_class,
        one.outcome_code,
        was.id,
        was.prospect_id,
        was.version,
        after.touched_on,
        one.next_at,
        one.closed_at,
        *shown,
    )


@lru_cache(maxsize=256)
def _statement(fields: tuple[str, ...]) -> Prepared:
    names = columns_of(fields)
    # That they are few is told by the limit, lest whole tables are read to meet them.
    given = many_alike("accepted", "accepted", _shape(fields)).limit(bindparam("expected")).cte("ours")
    held = _held(given)
    landed = _landed(given, held)
    of_landed = given.c.send_id == landed.c.id
    recorded = insert(attempts).from_select(
        list(_ATTEMPT), select(*(given.c[name] for name in _ATTEMPT)).where(of_landed)
    )
    saved = (
        update(enrollments)
        .values({name: given.c[name] for name in (*names, "next_at", "closed_at")})
        .where(enrollments.c.id == given.c.enrollment_id, of_landed)
    )
    touched = (
        update(prospects)
        .values(touched_on=given.c.touched_on)
        .where(prospects.c.id == given.c.prospect_id, of_landed)
        .where(or_(prospects.c.touched_on.is_(None), prospects.c.touched_on < given.c.touched_on))
    )
    count = select(func.count()).select_from(landed).scalar_subquery()
    until = _CLOCK + bindparam("handing", type_=Interval())
    marks = many_alike("given", "marks", MARKED, deep=True).limit(bindparam("marked")).subquery("given")
    marked = handing_over(marks, _CLOCK, until).where(count == bindparam("expected")).cte("marked")
    ends = (recorded.cte("recorded"), saved.cte("saved"), touched.cte("touched"), _said(landed).cte("said"))
    return Prepared(select(_ids(landed), _ids(marked)).add_cte(*ends))


def _held(given: Any) -> Any:
    """Those who are as they were, locked in the order of the house."""
    return (
        select(given.c.send_id)
        .join_from(given, prospects, prospects.c.id == given.c.prospect_id)
        .join(enrollments, enrollments.c.id == given.c.enrollment_id)
        .where(VERSION.element == given.c.version)
        .order_by(prospects.c.id, enrollments.c.id)
        .with_for_update(of=(prospects, enrollments), key_share=True)
        .cte("held")
    )


def _landed(given: Any, held: Any) -> Any:
    return (
        update(sends)
        .values(
            state=State.ACCEPTED,
            outcome_class=given.c.outcome_class,
            outcome_code=given.c.outcome_code,
            outcome_text=given.c.text,
            retry_at=None,
            settled_at=bindparam("now", type_=UtcTime),
            handed_at=_CLOCK,
            **FREE,
        )
        .where(
            sends.c.id == held.c.send_id,
            given.c.send_id == held.c.send_id,
            sends.c.lease_token == given.c.lease_token,
            from_where(Move.SETTLE),
        )
        .returning(sends.c.id)
        .cte("landed")
    )


def _said(landed: Any) -> Any:
    told = many_alike("lines", "told", _LINE).subquery("told")
    lines = select(*(told.c[name] for name in _FACT)).where(told.c.send_id == landed.c.id)
    return insert(facts).from_select(_FACT, lines.order_by(told.c.send_id, told.c.place))


def _ids(moved: Any) -> Any:
    return select(func.array_agg(moved.c.id)).scalar_subquery()
