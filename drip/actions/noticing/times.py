"""Times as a rep reads them: on the prospect's wall clock, and on the rep's own beside it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from drip.domain.enrollment import CallWindow


def moment(at: datetime, there: ZoneInfo, here: ZoneInfo) -> str:
    """A moment on the prospect's clock, and on the rep's: "Tue 14:05 (your 20:05)"; once where both agree."""
    local, own = at.astimezone(there), at.astimezone(here)
    return f"{local:%a} {clock(local)}{_beside(local, own, clock(own))}"


def slot(at: datetime, window: CallWindow, there: ZoneInfo, here: ZoneInfo) -> str:
    """The slot of a call from `at` to the end of the window: "Tue 7:30–8:30 (your 13:30–14:30)"."""
    local, own = at.astimezone(there), at.astimezone(here)
    ends = datetime.combine(local.date(), window.closes, there)
    if ends <= local:
        return moment(at, there, here)
    mine = f"{clock(own)}–{clock(ends.astimezone(here))}".replace("–0:00", "–24:00")
    return f"{local:%a} {clock(local)}–{clock(ends)}{_beside(local, own, mine)}"


def is_over(at: datetime, window: CallWindow, there: ZoneInfo, now: datetime) -> bool:
    """Whether the slot that begins `at` has ended."""
    return max(at, datetime.combine(at.astimezone(there).date(), window.closes, there)) <= now


def day(on: date, today: date) -> str:
    """A day: "today", "tomorrow", "Tue 3 March", with the year where it is another."""
    if on == today:
        return "today"
    if on == today + timedelta(days=1):
        return "tomorrow"
    return f"{on:%a} {on.day} {on:%B}" + (f" {on.year}" if on.year != today.year else "")


def clock(at: datetime) -> str:
    """The time of day an aware time says: "7:30"."""
    return f"{at.hour}:{at.minute:02}"


def _beside(local: datetime, own: datetime, mine: str) -> str:
    if local.utcoffset() == own.utcoffset():
        return ""
    weekday = f"{own:%a} " if own.date() != local.date() else ""
    return f" (your {weekday}{mine})"
