"""Put open files on another version of their campaign (R13)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from drip.domain.enrollment import State
from drip.store.batch import among
from drip.store.engine import Unit
from drip.store.tables import campaign_versions, enrollments, prospects

ON_THEIR_WAY = (State.DRIPPING, State.COMPLETED, State.CLOSING)


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """An open file on an older version. `step` is the index of its next step there."""

    enrollment_id: int
    version_id: int
    version: int
    email: str
    first_name: str
    last_name: str
    state: str
    step: int


async def on_their_way(
    unit: Unit, campaign_id: int, version_id: int | None, after: int = 0, limit: int = 200
) -> Sequence[OnTheWay]:
    """Those of a campaign who may still get letters of a version other than this, by id."""
    statement = (
        select(
            enrollments.c.id,
            enrollments.c.version_id,
            campaign_versions.c.number,
            enrollments.c.email,
            prospects.c.first_name,
            prospects.c.last_name,
            enrollments.c.state,
            enrollments.c.step,
        )
        .select_from(
            enrollments.join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id).join(
                prospects, prospects.c.id == enrollments.c.prospect_id
            )
        )
        .where(
            campaign_versions.c.campaign_id == campaign_id,
            enrollments.c.version_id != (version_id or 0),
            enrollments.c.state.in_(ON_THEIR_WAY),
            enrollments.c.id > after,
        )
        .order_by(enrollments.c.id)
        .limit(limit)
    )
    return [OnTheWay(*row) for row in await unit.rows(statement)]


async def set_version(unit: Unit, enrollment_ids: Collection[int], version_id: int) -> None:
    """Put these files, which this unit has locked, on a version."""
    statement = update(enrollments).where(among(unit.kind, enrollments.c.id)).values(version_id=version_id)
    await unit.run(statement, {"ids": sorted(enrollment_ids)})
