"""What a rep told of a prospect when enrolling: the qualification, and the campaign's own fields."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from drip.store.engine import Unit
from drip.store.tables import enrollments


async def of_enrollment(unit: Unit, enrollment_id: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Qualification and fields of an enrollment; both empty when there is none of that id."""
    row = await unit.row(
        select(enrollments.c.qualification, enrollments.c.fields).where(enrollments.c.id == enrollment_id)
    )
    return ({}, {}) if row is None else (row.qualification or {}, row.fields or {})
