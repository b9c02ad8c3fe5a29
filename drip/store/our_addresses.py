"""Our addresses: those of reps and mailboxes, and the domains they are at or bounces go to."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, func, literal, or_, select

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


async def is_anybody_at(unit: Unit, domains: Collection[str]) -> bool:
    """Whether a rep or a mailbox has an address at one of these domains, or bounces go to one. All in lower case."""
    found = [exists().where(mailboxes.c.bounces_to.in_(domains))]
    for one in domains:
        found += [exists().where(_is_at(column, one)) for column in (mailboxes.c.address, reps.c.email)]
    return await unit.value(select(literal(1)).where(or_(*found))) is not None


def _is_at(column: ColumnElement[str], domain: str) -> ColumnElement[bool]:
    return func.lower(column).endswith(f"@{domain}", autoescape=True)
