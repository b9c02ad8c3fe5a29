"""A rep's agenda: every call that is owed, as entries of a calendar."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from drip.actions.link_recalls import Signing, token_of
from drip.actions.words import RECALLS
from drip.domain.appointment import CALL_LASTS, Event, uid_at
from drip.domain.rep_links import FeedToken, recall_url
from drip.store import cards, rep_links, reps
from drip.store.cards import Card
from drip.store.engine import Store
from drip.store.rep_links import Bound

AHEAD = timedelta(days=366)
MOST = 1_000  # entries, the earliest first: what a calendar program still reads in one go


@dataclass(frozen=True, slots=True)
class Agenda:
    """Whose it is, and the entries in order of time."""

    name: str
    events: tuple[Event, ...]


async def agenda(store: Store, signing: Signing, token: FeedToken, now: datetime) -> Agenda | None:
    """The calls of the next year, and those overdue; None when the token is not (or no longer) one of a rep."""
    async with store.reading() as unit:
        rep = await reps.get(unit, token.rep)
        if rep is None or await rep_links.renewed(unit, token.rep) != token.renewed:
            return None
        owed = await cards.owed(unit, now + AHEAD, rep.id, MOST)
        ids = [one.enrollment_id for one in owed]
        bound, changes = await rep_links.bound(unit, ids), await rep_links.changes(unit, ids)
    entries = (_event(one, bound[one.enrollment_id], changes[one.enrollment_id], signing, now) for one in owed)
    return Agenda(rep.name, tuple(entries))


def _event(call: Card, bound: Bound, changed: tuple[int, datetime], signing: Signing, now: datetime) -> Event:
    page = recall_url(signing.public_url, signing.secret, token_of(bound, now))
    whom = f"{call.name} ({call.company})" if call.company else call.name
    assert call.recall_at is not None
    return Event(
        uid=uid_at(signing.public_url, "recall", call.enrollment_id, bound.last_call),
        sequence=changed[0],
        changed_at=changed[1],
        starts=call.recall_at,
        ends=call.recall_at + CALL_LASTS,
        summary=f"Promised: call {whom}" if call.recall_promised else f"Call {whom}",
        description=_description(call, page),
        location=call.phone,
        url=page,
        firm=call.recall_promised,
    )


def _description(call: Card, page: str) -> str:
    """What one needs in the minute before the call, a line each; what is unknown is left out."""
    why = RECALLS.get(call.recall_reason or "", call.recall_reason)
    told = call.qualification
    lines = (
        ("Why", f"{why} (try {call.recall_tries + 1})" if call.recall_tries else why),
        ("Hot button", str(told.get("hot_button") or "")),
        ("Next step", str(told.get("next_step") or "")),
        ("Phone", call.phone),
        ("Letters", "they wait until you have dealt with a reply" if call.waiting_for else ""),
        ("What came of it", page),
    )
    return "\n".join(f"{label}: {words}" for label, words in lines if words)
