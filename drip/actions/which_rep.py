"""Which rep is meant, and in which time zone that rep's days begin."""

from zoneinfo import ZoneInfo

from drip.actions.importing.places import zone_name
from drip.actions.whose import NotFoundError
from drip.domain.errors import HoursError
from drip.domain.zones import zone_named
from drip.store import choices, reps
from drip.store.engine import Unit
from drip.store.reps import Rep


async def find_rep(unit: Unit, email: str, *, lock: bool = False) -> Rep:
    """The rep with this address; `lock`: nobody else changes the rep before this unit ends. Raises NotFoundError."""
    found = await reps.by_email(unit, email)
    if found is not None and lock:
        await choices.lock_reps(unit, [found.id])
        found = await reps.get(unit, found.id)
    if found is None:
        raise NotFoundError(f"There is no rep {email}. `drip rep list` shows them, `drip rep add` adds one.")
    return found


def zone_of_rep(rep: Rep, given: str | None = None) -> ZoneInfo:
    """The rep's time zone, or the one given in its place. Raises HoursError: without one no day begins."""
    if given is not None and zone_name(given) is None:
        raise HoursError(f'"{given}" is no time zone. Write it like America/New_York.')
    name = zone_name(given) if given is not None else rep.time_zone
    if not name:
        raise HoursError(
            f"{rep.email} has no time zone yet, so nobody knows when the day begins there. "
            "Say it once: --time-zone America/New_York."
        )
    return zone_named(name)
