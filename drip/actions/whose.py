"""Say whose: which prospect, and which of its enrollments, something is about (R29)."""

from dataclasses import dataclass

from drip.domain.errors import DripError
from drip.store import prospects, targets
from drip.store.engine import Unit
from drip.store.targets import Target


class NotFoundError(DripError):
    """Something that was named is not there. The text says what to do."""


class NotEnrolledError(NotFoundError):
    """The prospect is there, but has no enrollment that could be meant."""


@dataclass(frozen=True, slots=True)
class Whose:
    """Names a prospect or an enrollment; the first that is set counts, from the right."""

    email: str | None = None
    prospect_id: int | None = None
    enrollment_id: int | None = None
    send_id: int | None = None

    def __str__(self) -> str:
        named = (
            ("send", self.send_id),
            ("enrollment", self.enrollment_id),
            ("prospect", self.prospect_id),
            ("the address", self.email),
        )
        return next((f"{word} {value}" for word, value in named if value is not None), "nobody")


def _nobody(whose: Whose) -> str:
    """That it is nobody's, and where to look."""
    if whose.enrollment_id is not None:
        return f"There is no {whose}. Look with `drip enrollment list`."
    return f"There is no prospect for {whose}. Look with `drip prospect list`, or add one with `drip prospect add`."


async def find(unit: Unit, whose: Whose, *, lock: bool = True) -> Target:
    """The prospect meant, and the enrollment that what is heard belongs to, if any.

    `lock`: nobody else changes the prospect before this unit ends.

    Raises NotFoundError.
    """
    target = await _named(unit, whose)
    if target is None:
        raise NotFoundError(_nobody(whose))
    if lock:
        await prospects.lock(unit, [target.prospect_id])
    belongs = await targets.hearing(unit, target.prospect_id, target.enrollment_id)
    return Target(target.prospect_id, target.email, belongs)


async def find_enrollment(unit: Unit, whose: Whose) -> int:
    """The enrollment meant; its prospect is locked. Raises NotFoundError, NotEnrolledError."""
    target = await find(unit, whose)
    if target.enrollment_id is None:
        raise NotEnrolledError(f"{target.email} is in no campaign. Enroll with `drip enroll {target.email}`.")
    return target.enrollment_id


async def find_steered(unit: Unit, whose: Whose) -> int:
    """The enrollment a person wants to steer: the very one that is named by its number, whatever else
    is open, else the open one, else the newest. Its prospect is locked. Raises as `find_enrollment`."""
    target = await _named(unit, whose)
    if target is not None:
        await prospects.lock(unit, [target.prospect_id])
        meant = await targets.steered(unit, target.prospect_id, target.enrollment_id)
        if meant is not None:
            return meant
    return await find_enrollment(unit, whose)


async def find_called(unit: Unit, whose: Whose) -> int:
    """The enrollment a call was for: the one named by its number where it has a recall, whatever else is
    open, else the one that what is heard belongs to. Its prospect is locked. Raises as `find_enrollment`."""
    found = await find_enrollment(unit, whose)
    named = whose.enrollment_id
    return named if named is not None and await targets.has_recall(unit, named) else found


async def _named(unit: Unit, whose: Whose) -> Target | None:
    if whose.send_id is not None:
        return await targets.by_send(unit, whose.send_id)
    if whose.enrollment_id is not None:
        return await targets.by_enrollment(unit, whose.enrollment_id)
    if whose.prospect_id is not None:
        return await targets.by_prospect(unit, whose.prospect_id)
    return await targets.by_email(unit, (whose.email or "").strip().lower())
