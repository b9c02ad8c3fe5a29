"""The mail at once: who did what, why it matters, what happens by itself, and what the rep can do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.link_recalls import Signing, link_recalls
from drip.actions.noticing import times
from drip.actions.noticing.people import asked_words, calling, known_of
from drip.actions.noticing.written import Content
from drip.actions.sending import Sending
from drip.actions.suggested import Suggested, replies, suggested
from drip.actions.words import ANSWERS
from drip.catalog.notices import render_notice
from drip.domain.enrollment import CallWindow, State
from drip.domain.zones import zone_named
from drip.store import calls, cards, prospects
from drip.store.cards import Card
from drip.store.engine import Unit
from drip.store.notice_calendars import Wanted
from drip.store.notices import Notice

IN_FULL = 12  # the others are named; Gmail cuts a mail of more than 102 kB off
LONGEST_QUOTE = 2000  # characters of a reply
_DID = {
    "replied": "replied",
    "opted_in": "opted in",
    "opt_in_refused": "said yes, after saying stop",
    "declined": "declined the appointment",
    "another_time": "asks for another time",
}
_ANSWERED = {
    "keep_open": "wants the file kept open",
    "call_me": "asks you to call",
    "close_file": "asked to close the file",
}


async def write_alert(unit: Unit, sending: Sending, rep: Wanted, lot: Sequence[Notice], now: datetime) -> Content:
    """One mail for all that came within the minute."""
    known = await cards.of(unit, [one.enrollment_id for one in lot if one.enrollment_id])
    people = {one.id: one for one in await prospects.get(unit, sorted({one.prospect_id or 0 for one in lot}))}
    said = await calls.last_words(unit, list(people))
    asked = await suggested(unit, replies(known.values(), said), now)
    links = await link_recalls(unit, Signing(sending.public_url, sending.secret), list(known), now)
    here = zone_named(rep.time_zone or "UTC")
    items = []
    for one in lot:
        card = known.get(one.enrollment_id or 0)
        person = people[one.prospect_id or 0]
        name = f"{person.first_name} {person.last_name}".strip() or person.email
        items.append(
            {
                "name": name,
                "who": ", ".join(filter(None, (person.title, person.company_name))),
                "company": person.company_name or "",
                "did": _did(one),
                "quote": said[person.id].note[:LONGEST_QUOTE] if _replied(one) and person.id in said else "",
                **_suggested(asked.get(one.enrollment_id or 0) if _replied(one) else None, card, now),
                "email": person.email,
                **calling(person.phone),
                "page": links.get(one.enrollment_id or 0, ""),
                **_of_file(one, card, here, now),
            }
        )
    words = render_notice("alert", {"email": rep.email, "items": items, "in_full": IN_FULL})
    return Content(words.subject, words.html, words.text, to_name=rep.name)


def _replied(one: Notice) -> bool:
    return bool(one.data["what"] == "replied")


def _suggested(asked: Suggested | None, card: Card | None, now: datetime) -> dict[str, str]:
    """The day a reply asks for, in words and as a command takes it; empty where it asks for none."""
    if asked is None or card is None:
        return {"suggested": "", "suggested_on": ""}
    words = asked_words(asked, now.astimezone(zone_named(card.time_zone)).date())
    return {"suggested": words, "suggested_on": asked.on.isoformat()}


def _did(one: Notice) -> str:
    if one.data["what"] == "answered":
        return _ANSWERED.get(one.data["reason"] or "", ANSWERS.get(one.data["reason"] or "", "answered"))
    return _DID[one.data["what"]]


def _of_file(one: Notice, card: Card | None, here: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the file says: when it was there, why it matters, and what happens next by itself."""
    at = datetime.fromisoformat(one.data["at"])
    if card is None:
        next_ = ["Nothing: they are in no campaign now, so no letter and no call is planned."]
        return {"when": times.moment(at, here, here), "why": [], "next": next_, "waits": False}
    there = zone_named(card.time_zone)
    why = [*known_of(card, ""), ("Campaign", card.campaign)]
    return {
        "when": times.moment(at, there, here),
        "why": [(name, value) for name, value in why if value],
        "next": _next(one, card, there, here, now),
        "waits": card.waiting_for is not None,
    }


def _next(one: Notice, card: Card, there: ZoneInfo, here: ZoneInfo, now: datetime) -> list[str]:
    """What happens if nobody does anything, in sentences."""
    if one.data["what"] == "opt_in_refused":
        return ["Nothing is sent: a yes does not lift an earlier stop. Ask them which of the two they mean."]
    return [*_letters(card), _recall(card, there, here, now)]


def _letters(card: Card) -> list[str]:
    if card.state == State.CLOSED:
        return ["The file is closed, and no more letters go out."]
    if card.state in (State.OPTED_OUT, State.UNDELIVERABLE, State.ENDED, State.WON):
        return ["No more letters go out."]
    if card.waiting_for is not None:
        return ["No letter goes out until you have dealt with it."]
    return ["The letters go on as planned."]


def _recall(card: Card, there: ZoneInfo, here: ZoneInfo, now: datetime) -> str:
    if card.recall_at is None or card.recall_on is None:
        return "No call is owed."
    slot = times.slot(card.recall_at, CallWindow(card.call_window), there, here)
    if card.is_firm:
        slot = times.moment(card.recall_at, there, here)
    late = (now.astimezone(there).date() - card.recall_on).days
    if late > 0:
        return f"Your call is overdue by {late} day{'s' if late > 1 else ''}."
    promised = ", the day you promised" if card.recall_promised else ""
    day = times.day(card.recall_on, now.astimezone(there).date())
    clock = slot.partition(" ")[2]
    return f"Your call is due {day}{promised}, {clock}."
