"""Facts: what happened, appended in batches and never changed (R38)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from drip.store.alike import insert_alike
from drip.store.batch import columns_of
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import facts
from drip.store.writes import Write, write

_NO_DATA: Mapping[str, Any] = {}


class NewFact(NamedTuple):
    """One line to be written. Ids and codes only: names, addresses and words do not belong here.

    `at` is business time; `who` is a code such as "rep:7", "prospect" or "service".
    """

    at: datetime
    what: str
    who: str
    prospect_id: int | None = None
    enrollment_id: int | None = None
    send_id: int | None = None
    rep_id: int | None = None
    reason: str | None = None
    data: Mapping[str, Any] = _NO_DATA

    def of(self, prospect_id: int, enrollment_id: int) -> "NewFact":
        """The same line, told of this enrollment."""
        own = (prospect_id, enrollment_id)
        return NewFact(self.at, self.what, self.who, *own, self.send_id, self.rep_id, self.reason, self.data)


@dataclass(frozen=True, slots=True)
class FactRow:
    """One line as it was written; `id` orders those of the same moment."""

    id: int
    at: datetime
    what: str
    who: str
    prospect_id: int | None
    enrollment_id: int | None
    send_id: int | None
    rep_id: int | None
    reason: str | None
    data: Mapping[str, Any]


_COLUMNS = columns_of(FactRow, facts)
_OF_ENROLLMENT = Prepared(
    select(*_COLUMNS).where(facts.c.enrollment_id == bindparam("enrollment")).order_by(facts.c.at, facts.c.id)
)


async def append(unit: Unit, new: Iterable[NewFact]) -> None:
    """Write facts, in the order given, by one statement."""
    await write(unit, appending(unit, new))


def appending(unit: Unit, new: Iterable[NewFact]) -> list[Write]:
    """The writes of `append`, to be done with others."""
    rows = list(new)
    return [Write(*insert_alike(unit.kind, facts, NewFact._fields, rows))] if rows else []


async def timeline(unit: Unit, prospect_id: int, after: int = 0, limit: int = 1000) -> list[FactRow]:
    """What happened to a prospect, in order of time; those written later come later at one moment.

    `after` is the number of lines to leave out, for paging.
    """
    statement = select(*_COLUMNS).where(facts.c.prospect_id == prospect_id)
    return await _read(unit, statement.order_by(facts.c.at, facts.c.id).offset(after).limit(limit))


async def of_enrollment(unit: Unit, enrollment_id: int) -> list[FactRow]:
    """What happened in one enrollment, in order of time."""
    return [FactRow(*row) for row in await unit.rows(_OF_ENROLLMENT, {"enrollment": enrollment_id})]


async def newest(unit: Unit, limit: int = 50, what: Sequence[str] = ()) -> list[FactRow]:
    """The facts written last, newest first; only those of `what` where it is given."""
    statement = select(*_COLUMNS).order_by(facts.c.id.desc()).limit(limit)
    return await _read(unit, statement.where(facts.c.what.in_(what)) if what else statement)


async def counts(unit: Unit, begin: datetime, end: datetime) -> dict[tuple[str, str | None], int]:
    """How often each (what, reason) was written for moments from `begin` up to `end`."""
    statement = (
        select(facts.c.what, facts.c.reason, func.count())
        .where(facts.c.at >= begin, facts.c.at < end)
        .group_by(facts.c.what, facts.c.reason)
    )
    return {(row[0], row[1]): row[2] for row in await unit.rows(statement)}


async def _read(unit: Unit, statement: Select[Any]) -> list[FactRow]:
    return [FactRow(*row) for row in await unit.rows(statement)]
