"""Add a rep: somebody who talks to prospects, writes to them and calls them."""

from datetime import datetime

from drip.actions.adding import AddError, AlreadyThereError, address, line
from drip.actions.importing.places import zone_name
from drip.store import reps
from drip.store.engine import Store, Unit
from drip.store.reps import NewRep, Rep

ROLES = ("rep", "marketing", "admin")


async def add_rep(store: Store, new: NewRep, now: datetime) -> Rep:
    """Add a rep. Raises AddError (which value, and what is allowed), AlreadyThereError."""
    clean = _clean(new)

    async def work(unit: Unit) -> Rep:
        known = await reps.by_email(unit, clean.email)
        if known is not None:
            raise AlreadyThereError(f"{clean.email} is a rep already: {known.name}.")
        found = await reps.get(unit, await reps.add(unit, clean, now))
        assert found is not None
        return found

    return await store.unit(work)


def _clean(new: NewRep) -> NewRep:
    if new.role not in ROLES:
        raise AddError(f'"{new.role}" is no role. Choose one of {", ".join(ROLES)}.')
    zone = zone_name(new.time_zone) if new.time_zone else None
    if new.time_zone and zone is None:
        raise AddError(f'"{new.time_zone}" is no time zone. Write it like America/New_York.')
    name = line(new.name, "name")
    if not name:
        raise AddError("A rep has a name: prospects read it under every letter.")
    return NewRep(
        name=name,
        email=address(new.email, "rep's email"),
        title=line(new.title, "title"),
        phone=line(new.phone, "phone number", 50),
        signature=new.signature.strip(),
        time_zone=zone,
        role=new.role,
    )
