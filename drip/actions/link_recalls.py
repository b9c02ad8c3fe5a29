"""Link recalls: the signed addresses by which a rep records the outcome of a call without logging in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from drip.domain.rep_links import FeedToken, RecallToken, feed_url, recall_url
from drip.store import rep_links
from drip.store.engine import Unit
from drip.store.rep_links import Bound

LASTS = timedelta(days=30)  # a link is good so long after the day it was made, or of its recall where that is later


@dataclass(frozen=True, slots=True)
class Signing:
    """What addresses begin with (the public URL), and the secret they are signed under."""

    public_url: str
    secret: bytes = field(repr=False)


async def link_recalls(unit: Unit, signing: Signing, enrollment_ids: Collection[int], now: datetime) -> dict[int, str]:
    """The address of the page where the rep in charge records what came of a call, by enrollment.

    The page asks at once for an outcome whose code (`drip.domain.facts.Outcome`) is put behind the address,
    such as `{address}/no_answer`; `{address}/resolve` is for a reply that waits (R30).
    """
    found = await rep_links.bound(unit, enrollment_ids)
    return {key: recall_url(signing.public_url, signing.secret, token_of(one, now)) for key, one in found.items()}


async def link_feed(unit: Unit, signing: Signing, rep_id: int) -> str | None:
    """The address of a rep's private calendar; None without such a rep."""
    renewed = await rep_links.renewed(unit, rep_id)
    return None if renewed is None else feed_url(signing.public_url, signing.secret, FeedToken(rep_id, renewed))


def token_of(bound: Bound, now: datetime) -> RecallToken:
    """The token of an enrollment's recall as it stands at `now`. It is the same all day long."""
    return RecallToken(bound.enrollment_id, bound.rep_id, bound.last_call, bound.renewed, last_day(bound, now))


def last_day(bound: Bound, now: datetime) -> date:
    """The last day (UTC) on which a link made at `now` is good."""
    today = now.date()
    return max(today, bound.recall_on or today) + LASTS
