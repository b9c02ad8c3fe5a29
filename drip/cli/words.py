"""Days and times as people read them, and names that were nearly right."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drip.actions.forecasting.expected import Coming
    from drip.actions.suggested import Suggested


def day(of: date | None) -> str:
    """A day as "Tue 21 Apr 2026"; empty for None."""
    return f"{of:%a} {of.day} {of:%b %Y}" if of else ""


def moment(at: datetime | None, zone: tzinfo | None = None) -> str:
    """A time as "Tue 21 Apr 2026 07:30", on the wall clock of `zone` (its own where none is given)."""
    if at is None:
        return ""
    local = at.astimezone(zone) if zone else at
    return f"{day(local)} {local:%H:%M}"


def suggestion(made: "Suggested") -> str:
    """The day a reply asks for, and the words that do."""
    return f'call on {day(made.on)} ("{made.said}")'


def to_promise(made: "Suggested", email: str) -> str:
    """What makes a promise of it."""
    return f"`drip recall promise {email} {made.on.isoformat()}`"


def coming_letter(one: "Coming", zone: str) -> str:
    """Such as "letter 2: checklist, on Fri 6 Feb 2026 at 09:41 (America/New_York)"."""
    from drip.cli.forecast_rows import in_words

    return f"{in_words(one)}, on {day(one.at.date())} at {one.at:%H:%M} ({zone})"


def no_postal_address(name: str) -> str:
    """That a mailbox sends nothing without one, and the command that gives it one."""
    command = f'drip mailbox set {name} --postal-address "FIRM, STREET, TOWN"'
    return f'"{name}" has no postal address, and no letter goes out without one: `{command}`.'


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 letter", "1,200 letters"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean "monthly-value"?', with a space before; empty when nothing comes near."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f' Did you mean "{found[0]}"?' if found else ""
