"""The morning mail: the calls of the day with all one needs to make them, and what else waits for the rep."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.link_recalls import Signing, link_recalls
from drip.actions.noticing import times
from drip.actions.noticing.people import asked_words, calling, known_of
from drip.actions.noticing.waiting import escalated, waiting_for
from drip.actions.noticing.written import Content, Nothing
from drip.actions.sending import Sending
from drip.actions.suggested import Suggested, replies, suggested
from drip.actions.words import RECALLS
from drip.catalog.notices import render_notice
from drip.domain.enrollment import CallWindow
from drip.domain.notice import next_morning, read_wishes, works_by
from drip.domain.zones import zone_named
from drip.store import calls, cards
from drip.store.calls import Said, SentLetter
from drip.store.cards import Card, Click
from drip.store.engine import Unit
from drip.store.notice_calendars import Wanted

IN_FULL = 20  # calls; Gmail cuts a mail of more than 102 kB off
SHOWN = 3  # letters
OUTCOMES = (
    ("meeting_set", "Meeting set"),
    ("not_ready", "Not ready"),
    ("no_answer", "No answer"),
    ("voicemail", "Voicemail"),
    ("", "Another outcome"),
)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What the calls of one morning are told from."""

    here: ZoneInfo
    now: datetime
    letters: dict[int, list[SentLetter]]
    clicks: dict[int, list[Click]]
    said: dict[int, Said]
    asked: dict[int, Suggested]
    links: dict[int, str]


async def write_morning(unit: Unit, sending: Sending, rep: Wanted, now: datetime) -> Content | Nothing:
    """Today's calls: those whose slot begins before the next morning mail, the overdue ones apart.

    Nothing on a morning with nothing to say. Tasks that were there on earlier mornings are told again only beside
    something else.
    """
    here = zone_named(rep.time_zone or "UTC")
    coming = next_morning(read_wishes(rep.notices), here, works_by(rep.times, here), now) or now + _A_DAY
    owed = await cards.owed(unit, coming, rep.id, limit=1000)
    others = await waiting_for(unit, sending, rep, {one.enrollment_id for one in owed}, now)
    late = await escalated(unit, rep, now)
    overdue = [one for one in owed if _days_late(one, now) > 0]
    today = [one for one in owed if _days_late(one, now) <= 0]
    if not (owed or late or any(one.waits or one.is_new for one in others)):
        return Nothing("withdrawn", "nothing_to_say")
    told = today[:IN_FULL], overdue[: max(0, IN_FULL - len(today))]
    known = await _learn(unit, sending, [*told[0], *told[1]], here, now)
    values = {
        "email": rep.email,
        "day": f"{now.astimezone(here):%A} {now.astimezone(here).day} {now.astimezone(here):%B}",
        "zone": here.key.rpartition("/")[2].replace("_", " "),
        "clocks": any(one.time_zone != here.key for one in (*told[0], *told[1])),
        "today": [_call(one, known) for one in told[0]],
        "overdue": [_call(one, known) for one in told[1]],
        "counts": {"today": len(today), "overdue": len(overdue)},
        "waiting": [one for one in others if one.waits],
        "tasks": [one for one in others if not one.waits],
        "escalated": late,
    }
    words = render_notice("morning", values)
    return Content(words.subject, words.html, words.text, to_name=rep.name)


async def _learn(unit: Unit, sending: Sending, owed: Sequence[Card], here: ZoneInfo, now: datetime) -> Known:
    ids = [one.enrollment_id for one in owed]
    letters: dict[int, list[SentLetter]] = defaultdict(list)
    clicks: dict[int, list[Click]] = defaultdict(list)
    for letter in await calls.sent(unit, ids) if ids else ():
        letters[letter.enrollment_id].append(letter)
    for click in await cards.clicks(unit, ids):
        clicks[click.enrollment_id].append(click)
    said = await calls.last_words(unit, [one.prospect_id for one in owed]) if ids else {}
    asked = await suggested(unit, replies(owed, said), now)
    links = await link_recalls(unit, Signing(sending.public_url, sending.secret), ids, now) if ids else {}
    return Known(here, now, letters, clicks, said, asked, links)


def _call(card: Card, known: Known) -> dict[str, Any]:
    there = zone_named(card.time_zone)
    assert card.recall_at is not None
    page = known.links.get(card.enrollment_id, "")
    rows = [
        ("Why", _why(card)),
        *known_of(card, _words(card, known)),
        ("Suggested", _suggested(card, known)),
        ("Sent", _sent(known.letters.get(card.enrollment_id, []), there)),
        ("Clicked", _clicked(known.clicks.get(card.enrollment_id, []), there)),
    ]
    outcomes = [("suggested", "Promise the day they ask for")] if card.enrollment_id in known.asked else []
    return {
        "name": card.name,
        "who": ", ".join(filter(None, (card.title, card.company))),
        "when": _when(card, there, known),
        "late": _days_late(card, known.now),
        "email": card.email,
        **calling(card.phone),
        "rows": [(name, value) for name, value in rows if value],
        "waits": card.waiting_for is not None,
        "outcomes": [(f"{page}/{code}".rstrip("/"), words) for code, words in (*outcomes, *OUTCOMES)] if page else [],
        "page": page,
    }


def _words(card: Card, known: Known) -> str:
    said = known.said.get(card.prospect_id)
    return said.note if said is not None else ""


def _suggested(card: Card, known: Known) -> str:
    asked = known.asked.get(card.enrollment_id)
    return "" if asked is None else asked_words(asked, known.now.astimezone(zone_named(card.time_zone)).date())


def _when(card: Card, there: ZoneInfo, known: Known) -> str:
    """The best time, on both clocks; for one that is overdue the best time of today; the very hour
    where it was agreed."""
    assert card.recall_at is not None
    assert card.recall_on is not None
    window, local = CallWindow(card.call_window), known.now.astimezone(there)
    begins = card.recall_at
    if card.is_firm and _days_late(card, known.now) <= 0:
        return times.moment(begins, there, known.here)
    if _days_late(card, known.now) > 0:
        begins = datetime.combine(local.date(), card.recall_at.astimezone(there).time(), there)
    slot = times.slot(begins, window, there, known.here)
    if times.is_over(begins, window, there, known.now):
        return f"{times.clock(local)} there now; best was {slot.partition(' ')[2]}"
    return slot if _days_late(card, known.now) <= 0 else f"best {slot.partition(' ')[2]}"


def _why(card: Card) -> str:
    words = RECALLS.get(card.recall_reason or "", card.recall_reason or "")
    tries = f", try {card.recall_tries + 1}" if card.recall_tries else ""
    return words[:1].upper() + words[1:] + tries


def _sent(letters: Sequence[SentLetter], there: ZoneInfo) -> str:
    last = [f"{_day(one.settled_at, there)}: {one.subject or one.step_key}" for one in reversed(letters[-SHOWN:])]
    more = len(letters) - len(last)
    return "; ".join(last) + (f"; and {more} before" if more else "")


def _clicked(clicks: Sequence[Click], there: ZoneInfo) -> str:
    return "; ".join(
        f"{_day(one.last_at, there)}: {one.subject}" + (f" ({one.times} times)" if one.times > 1 else "")
        for one in clicks[:SHOWN]
    )


def _day(at: datetime, there: ZoneInfo) -> str:
    local = at.astimezone(there)
    return f"{local.day} {local:%b}"


def _days_late(card: Card, now: datetime) -> int:
    assert card.recall_on is not None
    return (now.astimezone(zone_named(card.time_zone)).date() - card.recall_on).days
