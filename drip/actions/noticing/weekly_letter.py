"""The weekly summary: what came of the week before, for a rep; for marketing and admin, of each campaign."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from drip.actions.noticing.waiting import escalated
from drip.actions.noticing.written import Content, Nothing
from drip.catalog.notices import render_notice
from drip.domain.window import start_of
from drip.domain.zones import zone_named
from drip.store import weeks
from drip.store.engine import Unit
from drip.store.notice_calendars import Wanted
from drip.store.notices import Notice
from drip.store.weeks import Owed, Tally

WEEK = timedelta(days=7)
_COUNTED = [one.name for one in fields(Tally) if one.name != "campaign"]
_LABELS = {  # one, many
    "letters": ("letter sent", "letters sent"),
    "opt_ins": ("opt-in", "opt-ins"),
    "replies": ("reply", "replies"),
    "moved_up": ("recall moved up", "recalls moved up"),
    "saved": ("file saved", "files saved"),
    "closed": ("file closed", "files closed"),
    "calls": ("call made", "calls made"),
    "overdue": ("call overdue", "calls overdue"),
    "meetings": ("meeting set", "meetings set"),
}


async def write_weekly(unit: Unit, rep: Wanted, notice: Notice, now: datetime) -> Content | Nothing:
    """The seven days before the day it is for, by the reader's calendar; Nothing for a week without anything."""
    here = zone_named(rep.time_zone or "UTC")
    on = date.fromisoformat(notice.data["on"])
    begin, end = start_of(on - WEEK, here), start_of(on, here)
    everybody = rep.role != "rep"
    whose = None if everybody else rep.id
    found = await weeks.tallies(unit, begin, end, whose)
    owed = await weeks.owed(unit, now, whose)
    late = await escalated(unit, rep, now)
    groups = _by_campaign(found, owed, now) if everybody else _together(found, owed, now)
    if not groups and not late:
        return Nothing("withdrawn", "nothing_to_say")
    values = {
        "email": rep.email,
        "everybody": everybody,
        "span": _span(on - WEEK, on - timedelta(days=1)),
        "groups": groups,
        "letters": sum(one.letters for one in found),
        "opt_ins": sum(one.opt_ins for one in found),
        "escalated": late,
    }
    words = render_notice("weekly", values)
    return Content(words.subject, words.html, words.text, to_name=rep.name)


def _by_campaign(found: Sequence[Tally], owed: Sequence[Owed], now: datetime) -> list[dict[str, Any]]:
    late = {name: _overdue([one for one in owed if one.campaign == name], now) for name in {o.campaign for o in owed}}
    by_name = {one.campaign: one for one in found}
    names = sorted({*by_name, *(name for name, count in late.items() if count)})
    return [{"name": name, "figures": _figures(by_name.get(name, Tally(name)), late.get(name, 0))} for name in names]


def _together(found: Sequence[Tally], owed: Sequence[Owed], now: datetime) -> list[dict[str, Any]]:
    total = Tally("", *(sum(getattr(one, name) for one in found) for name in _COUNTED))
    late = _overdue(owed, now)
    if late == 0 and not any(getattr(total, name) for name in _COUNTED):
        return []
    return [{"name": "", "figures": _figures(total, late)}]


def _figures(tally: Tally, overdue: int) -> list[tuple[int, str]]:
    counted = {name: getattr(tally, name) for name in _COUNTED} | {"overdue": overdue}
    return [(counted[name], one if counted[name] == 1 else many) for name, (one, many) in _LABELS.items()]


def _overdue(owed: Sequence[Owed], now: datetime) -> int:
    """Calls whose day is over, where the prospect is."""
    return sum(one.calls for one in owed if now.astimezone(_zone(one)).date() > one.recall_on)


def _zone(one: Owed) -> ZoneInfo:
    return zone_named(one.time_zone)


def _span(first: date, last: date) -> str:
    """Two days: "22 to 28 February", "29 March to 4 April", with the year where it changes."""
    if first.year != last.year:
        return f"{first.day} {first:%B} {first.year} to {last.day} {last:%B} {last.year}"
    if first.month != last.month:
        return f"{first.day} {first:%B} to {last.day} {last:%B}"
    return f"{first.day} to {last.day} {last:%B}"
