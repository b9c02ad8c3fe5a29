"""How names, days, hours and intervals are said to a prospect, and the words an opt-in is given to."""

import re
from datetime import date

from drip.domain.duration import Duration
from drip.domain.enrollment import CallWindow

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HOURS = {
    CallWindow.EARLY: "between 7:30 and 8:30 in the morning",
    CallWindow.LATE: "between 5 and 6 in the afternoon",
    CallWindow.ANY: "during the day",
}
_AFTER_A_NAME = re.compile(r"\s*(?:[,|/·–—-]|\b(?:at|from|of)\b)\s*(\S.*)")  # "Ann Carter, …", "Ann Carter at …"


def first_name(name: str) -> str:
    """What a person is called among acquaintances: "Ann" of "Dr. Ann Carter"; empty for an empty name."""
    words = _words(name) or name.split()
    return words[0].rstrip(",") if words else ""


def initials(name: str) -> str:
    """Up to two letters for a round picture: "AC" of "Dr. Ann Carter (Sales)"."""
    words = _words(name)
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def beside(rep: str, sender: str) -> str:
    """What the name a mailbox writes under says besides the rep's: "Brightline" of "Ann Carter, Brightline"."""
    if not rep or not sender.startswith(rep):
        return sender
    rest = sender.removeprefix(rep)
    found = _AFTER_A_NAME.fullmatch(rest)
    return found[1] if found else sender if rest.strip() else ""


def _words(name: str) -> list[str]:
    """The words of a name without titles, such as "Dr.", and without what stands in brackets."""
    words = [word for word in name.partition("(")[0].split() if word[0].isalnum()]
    return [word for word in words if not word.endswith(".")] or words


def say_day(day: date, today: date) -> str:
    """A day as one says it: "Tuesday 16 March", with the year where it is not this one.

    The number and the month are held together by a no-break space.
    """
    return f"{_DAYS[day.weekday()]} {say_date(day, today)}"


def say_date(day: date, today: date) -> str:
    """A day without its weekday: "16 March", with the year where it is not this one."""
    spoken = f"{day.day}\u00a0{_MONTHS[day.month - 1]}"
    return spoken if day.year == today.year else f"{spoken} {day.year}"


def say_hours(window: CallWindow) -> str:
    """The hours of a call window by the prospect's wall clock (R17)."""
    return _HOURS[window]


def say_interval(interval: Duration) -> str:
    """How often: "once a month", "every 6 weeks", "once a quarter" (R5, R7)."""
    if interval.count > 1:
        return f"every {interval}"
    return f"every {interval.unit}" if interval.in_days else f"once a {interval.unit}"


def opt_in_wording(interval: Duration, rep: str, sender: str) -> str:
    """The sentence a prospect says yes to; kept word for word as proof (R18).

    `rep` is the rep's full name, `sender` the name the mailbox writes under.
    """
    named = beside(rep, sender)
    whom = f"{rep} ({named})" if named else rep
    often = say_interval(interval)
    return (
        f"Yes, please send me useful emails from {whom}, {often}, and call me about them "
        "once in a while. I can stop at any time, with one click."
    )
