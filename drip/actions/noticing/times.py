"""Times as a rep reads them: on the prospect's wall clock, and on the rep's own beside it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from drip.domain.enrollment import CallWindow

_LENGTH = {
    CallWindow.EARLY: timedelta(hours=1),
    CallWindow.LATE: timedelta(hours=1),
    CallWindow.ANY: timedelta(hours=10, minutes=30),
}


def moment(at: datetime, there: ZoneInfo, here: ZoneInfo) -> str:
    """A moment on the prospect's clock, and on the rep's: "Tue 14:05 (your 20:05)"; once where both agree."""
    local, own = at.astimezone(there), at.astimezone(here)
    return f"{local:%a} {_clock(local)}{_beside(local, own, _clock(own))}"


def slot(at: datetime, window: CallWindow, there: ZoneInfo, here: ZoneInfo) -> str:
    """The slot of a call that begins `at`: "Tue 7:30–8:30 (your 13:30–14:30)"."""
    local, own = at.astimezone(there), at.astimezone(here)
    ends, own_ends = (at + _LENGTH[window]).astimezone(there), (at + _LENGTH[window]).astimezone(here)
    mine = f"{_clock(own)}–{_clock(own_ends)}"
    return f"{local:%a} {_clock(local)}–{_clock(ends)}{_beside(local, own, mine)}"


def day(on: date, today: date) -> str:
    """A day: "today", "tomorrow", "Tue 3 March", with the year where it is another."""
    if on == today:
        return "today"
    if on == today + timedelta(days=1):
        return "tomorrow"
    return f"{on:%a} {on.day} {on:%B}" + (f" {on.year}" if on.year != today.year else "")


def _beside(local: datetime, own: datetime, mine: str) -> str:
    if local.utcoffset() == own.utcoffset():
        return ""
    weekday = f"{own:%a} " if own.date() != local.date() else ""
    return f" (your {weekday}{mine})"


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"
