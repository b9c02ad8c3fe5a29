"""Visits: who opened which link of a letter, and whether a person or a scanner did (R25)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from drip.store.batch import among, columns_of
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.records import add_one
from drip.store.tables import visits


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to be kept. `link` is the code of the link, `idx` which destination for "to";
    `judged` is person or scanner.
    """

    send_id: int
    link: str
    idx: int | None
    at: datetime
    method: str
    judged: str
    user_agent: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as kept."""

    id: int
    send_id: int
    link: str
    idx: int | None
    at: datetime
    method: str
    judged: str
    user_agent: str
    address: str


async def add(unit: Unit, new: NewVisit) -> int:
    """Keep one visit; the id."""
    return await add_one(unit, visits, new)


async def of_send(unit: Unit, send_id: int) -> list[Visit]:
    """Every visit of a letter's links, in order of time."""
    return [Visit(*row) for row in await unit.rows(_OF_SEND, {"send": send_id})]


async def by_people(unit: Unit, send_ids: Collection[int]) -> list[tuple[int, str, int | None]]:
    """What people, not scanners, opened of these letters, each once, in order of time: send, link and index."""
    statement = (
        select(visits.c.send_id, visits.c.link, visits.c.idx)
        .where(among(unit.kind, visits.c.send_id), visits.c.judged == "person")
        .group_by(visits.c.send_id, visits.c.link, visits.c.idx)
        .order_by(func.min(visits.c.at), func.min(visits.c.id))
    )
    rows = await unit.rows(statement, {"ids": sorted(set(send_ids))})
    return [(row[0], row[1], row[2]) for row in rows]


async def judge(unit: Unit, visit_ids: Collection[int], judged: str) -> None:
    """Say anew who made these visits: later ones may tell."""
    if visit_ids:
        await unit.run(update(visits).where(visits.c.id.in_(visit_ids)).values(judged=judged))


_OF_SEND = Prepared(
    select(*columns_of(Visit, visits)).where(visits.c.send_id == bindparam("send")).order_by(visits.c.at, visits.c.id)
)
