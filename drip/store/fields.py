"""The fields of enrollments: what a campaign's letters say of one prospect; they change, facts say when."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import bindparam, select, update

from drip.store.batch import among
from drip.store.engine import Kind, Unit
from drip.store.prepared import Prepared
from drip.store.tables import enrollments


async def of_enrollments(unit: Unit, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Enrollment id to its fields by name, as they are now."""
    return {row[0]: dict(row[1]) for row in await unit.rows(_by_ids(unit.kind), {"ids": sorted(set(ids))})}


async def put(unit: Unit, enrollment_id: int, fields: Mapping[str, str]) -> None:
    """Replace all fields of an enrollment that this unit has locked."""
    await unit.run(_PUT, {"enrollment": enrollment_id, "put": dict(fields)})


_PUT = update(enrollments).where(enrollments.c.id == bindparam("enrollment")).values(fields=bindparam("put"))


@lru_cache
def _by_ids(kind: Kind) -> Prepared:
    return Prepared(select(enrollments.c.id, enrollments.c.fields).where(among(kind, enrollments.c.id)))
