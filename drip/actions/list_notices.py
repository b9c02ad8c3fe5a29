"""List notices: what went to our own people, what waits, and what failed."""

from dataclasses import dataclass

from drip.actions.which_rep import find_rep
from drip.store import notices
from drip.store.engine import Store
from drip.store.notices import Listed

STATES = {
    "sent": frozenset({"accepted"}),
    "waiting": frozenset({"due", "leased", "handing"}),
    "failed": frozenset({"refused", "uncertain", "expired"}),
    "all": frozenset({"accepted", "due", "leased", "handing", "refused", "uncertain", "expired", "withdrawn"}),
}
SHOWN = STATES["sent"] | STATES["waiting"] | STATES["failed"]


@dataclass(frozen=True, slots=True)
class Which:
    """Whose notices (None: everybody's), of which kind of state ("" for all but those that were not to go), a
    page of `limit` before the one numbered `before`."""

    rep: str | None = None
    states: str = ""
    before: int | None = None
    limit: int = 50


async def list_notices(store: Store, which: Which) -> list[Listed]:
    """The newest first. Raises NotFoundError for a rep nobody knows."""
    async with store.reading() as unit:
        rep = await find_rep(unit, which.rep) if which.rep else None
        states = STATES[which.states] if which.states else SHOWN
        return await notices.listing(unit, states, rep.id if rep else None, which.before, which.limit)
