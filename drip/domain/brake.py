"""Brakes: when complaints or dead addresses are so many that a mailbox must not go on (MAIL 44)."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Brakes:
    """Percentages of a day's letters at which we warn and pause.

    Complaints are counted over delivered letters of a sending domain, and one alone never pauses: it is no
    rate. A day with fewer than `complaints_volume` letters is judged together with the six before it, lest
    a complaint on a Sunday weighs as much as all of Friday's letters. Dead addresses are counted over the
    letters a mailbox tried that day, `bounces_volume` at least. A percentage of 0 turns its brake off.
    """

    complaints_warn: float = 0.1
    complaints_pause: float = 0.3
    complaints_volume: int = 100
    bounces_pause: float = 5.0
    bounces_volume: int = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """So many `bad` among `letters`, in a day or a week."""

    bad: int
    letters: int
    within: timedelta = DAY


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a brake does, each with its reason in words; both None: nothing."""

    pause: str | None = None
    warn: str | None = None


def on_complaints(tally: Tally, brakes: Brakes) -> Ruling:
    """Warn or pause all mailboxes of a sending domain."""
    words = f"{_share(tally)} of {_letters(tally)} were called spam"
    if tally.bad > 1 and _reaches(tally, brakes.complaints_pause):
        return Ruling(pause=f"{words} ({tally.bad}); we stop at {brakes.complaints_pause:g} %")
    if tally.bad and _reaches(tally, brakes.complaints_warn):
        return Ruling(warn=f"{words} ({tally.bad}); we stop at {brakes.complaints_pause:g} %")
    return Ruling()


def on_bounces(tally: Tally, brakes: Brakes) -> Ruling:
    """Pause a mailbox whose letters go to dead addresses."""
    if tally.letters < brakes.bounces_volume or not tally.bad or not _reaches(tally, brakes.bounces_pause):
        return Ruling()
    words = f"{_share(tally)} of {_letters(tally)} went to dead addresses ({tally.bad})"
    return Ruling(pause=f"{words}; we stop at {brakes.bounces_pause:g} %")


def _reaches(tally: Tally, percent: float) -> bool:
    return percent > 0 and tally.letters > 0 and Decimal(tally.bad) * 100 >= Decimal(str(percent)) * tally.letters


def _share(tally: Tally) -> str:
    share = 100 * tally.bad / tally.letters if tally.letters else 100.0
    return f"{share:.2f} %" if share < 1 else f"{share:.1f} %"


def _letters(tally: Tally) -> str:
    span = "in a day" if tally.within == DAY else "in a week"
    return f"{tally.letters:,} letter{'' if tally.letters == 1 else 's'} {span}"
