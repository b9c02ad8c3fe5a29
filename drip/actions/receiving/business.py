"""Whether a mail from an inbox in which people read other mail, too, is any of our business."""

from drip.actions.freemail import company_domain
from drip.actions.receiving.answered import invited
from drip.actions.receiving.owner import REPORTS, is_our_own, owner_of
from drip.inbound.seen import Seen
from drip.store import mailboxes, reps, targets
from drip.store.engine import Unit

_MOST = 20  # recipients of a report that are looked for


async def is_our_business(unit: Unit, seen: Seen) -> bool:
    """Whether something ties it to a letter, a prospect or a prospect's company; not what one of us wrote, which is a
    copy of what was sent. Changes nothing."""
    cls, clues = seen.understood.cls, seen.clues
    owner = await owner_of(unit, cls, clues)
    if await is_our_own(unit, cls, clues, owner):
        return False
    if owner is not None or any(one.is_proof for one in clues):
        return True
    rsvp = seen.understood.rsvp
    if rsvp is not None and await invited(unit, None, rsvp):
        return True
    if cls in REPORTS:
        named = [await targets.by_email(unit, one.lower()) for one in seen.understood.recipients[:_MOST]]
        return any(named)
    domains = {company_domain(one.address) for one in clues if one.address} - await _our_domains(unit)
    return any([await targets.is_anybody_at(unit, one) for one in domains if one])


async def _our_domains(unit: Unit) -> set[str | None]:
    """Where somebody of ours is a prospect, too, say to try it, the others there still write of other things."""
    known = [one.address for one in await mailboxes.listing(unit)] + [one.email for one in await reps.listing(unit)]
    return {company_domain(one) for one in known}
