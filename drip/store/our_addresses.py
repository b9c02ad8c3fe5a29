"""Our addresses: those of reps and mailboxes, and the domains bounces go to."""

from collections.abc import Collection

from sqlalchemy import exists, literal, or_, select

from drip.store.engine import Unit
from drip.store.tables import mailboxes, reps


async def are_among(unit: Unit, addresses: Collection[str], domains: Collection[str]) -> bool:
    """Whether one of these addresses is that of a rep or a mailbox, or one of these domains is there for bounces. All
    in lower case."""
    found = or_(
        exists().where(mailboxes.c.address.in_(addresses)),
        exists().where(reps.c.email.in_(addresses)),
        exists().where(mailboxes.c.bounces_to.in_(domains)),
    )
    return await unit.value(select(literal(1)).where(found)) is not None
