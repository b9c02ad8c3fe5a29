"""Tell where a rep's private calendar is; renew it, so that every private link so far is dead."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context
from drip.actions.link_recalls import Signing
from drip.actions.which_rep import find_rep
from drip.domain.rep_links import FeedToken, feed_url
from drip.store import facts, rep_links
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact


@dataclass(frozen=True, slots=True)
class RepCalendar:
    """Where a rep's calendar is. `renewed` is how often that has changed."""

    email: str
    name: str
    address: str
    renewed: int


async def rep_calendar(store: Store, signing: Signing, email: str) -> RepCalendar:
    """Where the rep's calendar is. Raises NotFoundError."""
    async with store.reading() as unit:
        return await _told(unit, signing, email)


async def renew_links(store: Store, signing: Signing, email: str, context: Context, now: datetime) -> RepCalendar:
    """Make every private link of the rep a dead one, and tell the new address. Raises NotFoundError."""

    async def work(unit: Unit) -> RepCalendar:
        known = await find_rep(unit, email)
        await rep_links.renew(unit, known.id)
        await facts.append(unit, [NewFact(now, "links_renewed", context.who, rep_id=known.id)])
        return await _told(unit, signing, email)

    return await store.unit(work)


async def _told(unit: Unit, signing: Signing, email: str) -> RepCalendar:
    rep = await find_rep(unit, email)
    renewed = await rep_links.renewed(unit, rep.id) or 0
    address = feed_url(signing.public_url, signing.secret, FeedToken(rep.id, renewed))
    return RepCalendar(rep.email, rep.name, address, renewed)
