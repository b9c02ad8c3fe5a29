"""Tell a person's click from a link scanner's (R25)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from drip.store.visits import Visit

AFTER_HAND_OVER = timedelta(seconds=60)  # mail gateways open links when a letter arrives
BURST = timedelta(seconds=10)
BURST_LINKS = 3  # different links of one letter

_BOT = re.compile(
    r"bot\b|crawl|spider|slurp|scan|preview|proxy|fetch|monitor|validat|check(?:er|link)|headless|phantom"
    r"|python|curl|wget|libwww|java/|okhttp|go-http|axios|node-fetch|undici|httpclient|apache-http|ruby|perl"
    r"|barracuda|proofpoint|mimecast|forcepoint|fireeye|symantec|sophos|trendmicro|ironport|safelinks"
    r"|microsoft office|msoffice|outlook-|bingpreview|facebookexternalhit|slackbot|whatsapp|telegram",
    re.IGNORECASE,
)


def judge(visit: Visit, handed_at: datetime | None, earlier: Sequence[Visit]) -> str | None:
    """Why a visit is a scanner's: head, agent, early or burst; None: a person's.

    `handed_at` is when the letter left (business time), `earlier` the visits of its links before.
    """
    if visit.method.upper() == "HEAD":
        return "head"
    if not visit.user_agent.strip() or _BOT.search(visit.user_agent):
        return "agent"
    if handed_at is None or visit.at - handed_at < AFTER_HAND_OVER:
        return "early"
    near = [one for one in earlier if visit.at - one.at <= BURST]
    links = {(one.link, one.idx) for one in near} | {(visit.link, visit.idx)}
    return "burst" if len(links) >= BURST_LINKS else None
