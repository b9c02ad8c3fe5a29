"""How a rep's hours and absences stand in one text of the rep's row, read with every enrollment."""

import json
from datetime import datetime
from functools import lru_cache

from drip.domain.hours import RepTime, Span
from drip.domain.zones import zone_named
from drip.store.columns import utc_text


def write_times(times: RepTime) -> str | None:
    """The text of a rep's times; None for one who is there at any time: that costs nothing."""
    if not times.hours and not times.away:
        return None
    away = [[utc_text(begin), utc_text(end)] for begin, end in times.away]
    return json.dumps({"zone": str(times.zone), "hours": times.hours, "away": away}, separators=(",", ":"))


@lru_cache(maxsize=4096)
def read_times(text: str) -> RepTime:
    """The times such a text says; the same object for the same text. Raises PlaceError, ValueError."""
    said = json.loads(text)
    away = ((datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in said["away"])
    return RepTime(zone_named(said["zone"]), tuple(Span(*one) for one in said["hours"]), tuple(away))
