"""How an enrollment's picture and terms are written into the columns of its row, and read back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.campaign import Campaign
from drip.domain.duration import parse_duration
from drip.domain.enrollment import CallWindow, Enrollment, Recall, State, Terms
from drip.domain.zones import zone_named
from drip.store.engine import AnyRow
from drip.store.times import read_times

TERMS = ("email", "time_zone", "country", "region", "call_window")
_RECALL = Recall._fields
_NO_RECALL: dict[str, Any] = {
    "recall_at": None,
    "recall_on": None,
    "recall_reason": None,
    "recall_promised": False,
    "recall_asked": False,
    "recall_after_tries": False,
    "recall_tries": 0,
    "recall_came": False,
    "recall_moved_from": None,
}
_WRITTEN: Mapping[str, Callable[[Any], Any]] = {  # fields whose column holds something else
    "interval": lambda interval: None if interval is None else str(interval),
    "held_days": lambda spans: [[first.isoformat(), last.isoformat()] for first, last in spans],
    "held_told": list,
}
_FIELDS = tuple(name for name in Enrollment._fields if name != "touched_on")  # that stands with the prospect (R24)
_PLACES = tuple(map(Enrollment._fields.index, _FIELDS))
_TOUCHED_ON = Enrollment._fields.index("touched_on")
_STATES = {one.value: one for one in State}


def picture(enrollment: Enrollment, names: Iterable[str] = _FIELDS) -> dict[str, Any]:
    """The columns of PICTURE, or those of some fields. `touched_on` is not among them."""
    row: dict[str, Any] = {}
    for name in names:
        value = getattr(enrollment, name)
        if name == "recall":
            row |= _NO_RECALL if value is None else {f"recall_{part}": getattr(value, part) for part in _RECALL}
        elif name in _WRITTEN:
            row[name] = _WRITTEN[name](value)
        else:
            row[name] = value
    return row


def columns_of(names: Iterable[str]) -> list[str]:
    """The columns these fields are written to."""
    return [column for name in names for column in (_NO_RECALL if name == "recall" else (name,))]


PICTURE = tuple(columns_of(_FIELDS))
READ = tuple(columns_of(Enrollment._fields))  # what `pictured` takes
_RECALLED = slice(READ.index("recall_at"), READ.index("recall_at") + len(_NO_RECALL))
_STATE, _INTERVAL, _DAYS, _TOLD = map(Enrollment._fields.index, ("state", "interval", "held_days", "held_told"))


def changed_fields(pairs: Iterable[tuple[Enrollment, Enrollment]]) -> list[str]:
    """The fields of `picture` that are not the same in one of these pairs."""
    found = {_TOUCHED_ON}
    for was, now in pairs:
        before, after = list(was), list(now)
        for place in found:
            before[place] = after[place]
        if before != after:
            found.update(place for place in _PLACES if before[place] != after[place])
    return [name for name, place in zip(_FIELDS, _PLACES, strict=True) if place in found]


def pictured(kept: Sequence[Any]) -> Enrollment:
    """The enrollment of which `kept` are the columns of READ, in their order; a list may be None for empty."""
    picture = list(kept)
    recall = picture[_RECALLED]
    picture[_RECALLED] = [None if recall[0] is None else Recall(*recall)]
    state, interval, days, told = picture[_STATE], picture[_INTERVAL], picture[_DAYS], picture[_TOLD]
    picture[_STATE] = _STATES.get(state) or State(state)  # which says what it is not
    if interval is not None:
        picture[_INTERVAL] = parse_duration(interval)
    picture[_DAYS] = (
        tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in days) if days else ()
    )
    picture[_TOLD] = tuple(told) if told else ()
    return Enrollment._make(picture)


def terms_of(row: AnyRow, campaign: Campaign) -> Terms:
    """The terms a row with the columns of TERMS and `rep_times` holds."""
    rep = None if row.rep_times is None else read_times(row.rep_times)
    return Terms(campaign, row.email, *_place(row.time_zone, row.country, row.region, row.call_window), rep)


@lru_cache(maxsize=4096)
def _place(
    time_zone: str, country: str | None, region: str | None, call_window: str
) -> tuple[ZoneInfo, Calendar, CallWindow]:
    return zone_named(time_zone), Calendar(country, region), CallWindow(call_window)
