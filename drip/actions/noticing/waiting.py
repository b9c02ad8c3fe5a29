"""What waits for a person: a rep's open tasks, and replies nobody dealt with for too long (R30)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drip.actions.link_recalls import Signing, link_recalls
from drip.actions.noticing import times
from drip.actions.noticing.people import shortened
from drip.actions.sending import Sending
from drip.domain.business_days import Calendar
from drip.domain.window import local_day
from drip.domain.zones import zone_named
from drip.store import calls, cards, tasks
from drip.store.cards import Card
from drip.store.engine import Unit
from drip.store.notice_calendars import Wanted
from drip.store.tasks import TaskRow

STOPS = ("reply", "asked")  # what stops the drip until the rep has dealt with it (R30)
ESCALATES_AFTER = 10  # business days (R30)
AT_ONCE = 100
LONGEST_SAID = 160  # characters
_SINCE_LAST = timedelta(days=1)
_SHORTEST = timedelta(days=11)  # that ten business days can be
_WORDS = {
    "reply": "wrote back",
    "asked": "asked for a call",
    "opt_in_after_opt_out": "said yes after saying stop; ask which of the two is meant",
    "new_address": "letters came back; find a new address",
    "right_person": "find the right person or number",
    "left_company": "left the company, a mail says; find who follows",
    "challenge": "their mail filter wants an answer from a person",
    "declined_appointment": "declined the appointment; agree on another",
    "colleague_replied": "a colleague wrote back; letters wait",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `waits`: no letter goes until it is dealt with; `days` is how long it has waited.

    `rep` says whose it is, for those who see everybody's; `link` deals with it, or shows the file; both may be
    empty, and so may `said`, what they wrote.
    """

    name: str
    company: str
    words: str
    since: str
    days: int
    waits: bool
    is_new: bool
    rep: str
    link: str
    said: str = ""


async def waiting_for(unit: Unit, sending: Sending, rep: Wanted, told: Collection[int], now: datetime) -> list[Waiting]:
    """A rep's open tasks, the oldest first, without replies of enrollments that are `told` of as calls."""
    found = [one for one in await tasks.listing(unit, rep.id, limit=AT_ONCE) if not _is_told(one, told)]
    known = await cards.of(unit, [one.enrollment_id for one in found if one.enrollment_id])
    links = await link_recalls(unit, Signing(sending.public_url, sending.secret), list(known), now)
    here = rep.time_zone or "UTC"
    said = await calls.last_words(unit, [one.prospect_id for one in found if one.code == "reply"])
    made = []
    for one in found:
        link = links.get(one.enrollment_id or 0, "")
        if link and one.code in STOPS:
            link += "/resolve"
        words = said[one.prospect_id].note if one.code == "reply" and one.prospect_id in said else ""
        waits = _waiting(one, known.get(one.enrollment_id or 0), here, now, link)
        made.append(replace(waits, said=shortened(words, LONGEST_SAID)))
    return made


def _is_told(task: TaskRow, told: Collection[int]) -> bool:
    """Whether its call says the same: that somebody wrote back, or asked for a call."""
    return task.code in STOPS and task.enrollment_id in told


async def escalated(unit: Unit, rep: Wanted, now: datetime) -> list[Waiting]:
    """For marketing and admin: replies that have waited for anybody's answer for more than ten business days (R30)."""
    if rep.role == "rep":
        return []
    old = await tasks.listing(unit, before=now - _SHORTEST, limit=AT_ONCE)
    found = [one for one in old if one.code in STOPS]
    known = await cards.of(unit, [one.enrollment_id for one in found if one.enrollment_id])
    here = rep.time_zone or "UTC"
    return [
        _waiting(one, known.get(one.enrollment_id or 0), here, now, "")
        for one in found
        if is_overdue(one, known.get(one.enrollment_id or 0), now)
    ]


def is_overdue(task: TaskRow, card: Card | None, now: datetime) -> bool:
    """Whether the tenth business day after it is over, where the prospect is (R30)."""
    zone = zone_named(card.time_zone if card else "UTC")
    calendar = Calendar(card.country, card.region) if card else Calendar()
    return local_day(now, zone) > calendar.add(local_day(task.opened_at, zone), ESCALATES_AFTER)


def _waiting(task: TaskRow, card: Card | None, zone: str, now: datetime, link: str) -> Waiting:
    here = zone_named(zone)
    opened, today = local_day(task.opened_at, here), local_day(now, here)
    return Waiting(
        name=f"{task.first_name} {task.last_name}".strip() or task.email,
        company=(card.company or "") if card else "",
        words=_WORDS.get(task.code, task.code.replace("_", " ")),
        since="today" if opened == today else times.day(opened, today).removesuffix(f" {today.year}"),
        days=(today - opened).days,
        waits=task.code in STOPS,
        is_new=task.opened_at > now - _SINCE_LAST,
        rep=task.rep_name or "nobody",
        link=link,
    )
