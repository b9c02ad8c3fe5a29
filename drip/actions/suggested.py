"""Suggest the day a reply seems to ask for: shown to the rep, who alone can make a promise of it (R14)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from drip.domain.business_days import Calendar
from drip.domain.window import local_day
from drip.domain.zones import zone_named
from drip.store import calls
from drip.store.calls import Said
from drip.store.cards import Card
from drip.store.engine import Unit


@dataclass(frozen=True, slots=True)
class Suggested:
    """A business day of the prospect, and the words that ask for it. Nobody has agreed to it."""

    on: date
    said: str


class Reply(NamedTuple):
    """What somebody wrote, and where they are."""

    said: Said
    zone: ZoneInfo
    calendar: Calendar


def suggestion(said: Said, zone: ZoneInfo, calendar: Calendar) -> Suggested | None:
    """The day a reply asks for, whenever it was written: the first business day of the time it names."""
    from drip.inbound.later import asks_later  # late: its rules take a while to read, and few words need them

    found = asks_later(said.note, local_day(said.at, zone))
    return None if found is None else Suggested(calendar.on_or_after(found.on), found.said)


def replies(files: Iterable[Card], said: Mapping[int, Said]) -> dict[int, Reply]:
    """The last reply of each file's prospect, by enrollment; `said` has them by prospect."""
    return {
        one.enrollment_id: Reply(said[one.prospect_id], zone_named(one.time_zone), Calendar(one.country, one.region))
        for one in files
        if one.prospect_id in said
    }


async def suggested(unit: Unit, last: Mapping[int, Reply], now: datetime) -> dict[int, Suggested]:
    """What last replies ask for, by enrollment: where the day is still to come, and nobody has talked to them or
    promised a day since."""
    made = {key: suggestion(*reply) for key, reply in last.items()}
    coming = {
        key: found for key, found in made.items() if found is not None and found.on > local_day(now, last[key].zone)
    }
    since = await calls.agreed(unit, list(coming))
    return {key: found for key, found in coming.items() if key not in since or since[key] < last[key].said.at}
