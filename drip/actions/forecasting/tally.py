"""Tally: a forecast counted by day, rep, mailbox and campaign, however many enrollments there are."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from drip.actions.forecasting.expected import LETTERS, Coming, Kind

K = TypeVar("K")


class Each(StrEnum):
    """The periods a tally can be told by."""

    DAY = "day"
    WEEK = "week"  # begins on Monday


class Place(NamedTuple):
    """What is counted together: a day, whose, from where, of which campaign."""

    day: date
    rep_id: int
    mailbox_id: int | None
    campaign: str


@dataclass(slots=True)
class Counts:
    """How many. Invitations and closing emails are among the letters; letters that wait for a paused
    mailbox are not, and calls owed from earlier days are not among the calls."""

    letters: int = 0
    invitations: int = 0
    closing_emails: int = 0
    waiting: int = 0
    calls: int = 0
    owed_calls: int = 0
    files_closed: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


NAMES = tuple(one.name for one in fields(Counts))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by place. Days are the prospects' own."""

    places: dict[Place, Counts] = field(default_factory=lambda: defaultdict(Counts))

    def add(self, one: Coming) -> None:
        """Count one thing that comes."""
        counts = self.places[Place(one.day, one.rep_id, one.mailbox_id, one.campaign)]
        if one.kind in LETTERS and one.waits:
            counts.waiting += 1
        elif one.kind in LETTERS:
            counts.letters += 1
            counts.invitations += one.kind is Kind.INVITATION
            counts.closing_emails += one.kind is Kind.CLOSING_EMAIL
        elif one.kind is Kind.CALL:
            counts.calls += not one.owed
            counts.owed_calls += one.owed
        else:
            counts.files_closed += 1

    def by(self, period: Each) -> Iterator[tuple[Place, Counts]]:
        """The counts of every period (its first day), rep, mailbox and campaign, in this order."""
        yield from self._sums(lambda place: place._replace(day=first_of(period, place.day)))

    def by_period(self, period: Each) -> Iterator[tuple[date, Counts]]:
        """The counts of every period."""
        yield from self._sums(lambda place: first_of(period, place.day))

    def of_reps(self) -> Iterator[tuple[int, Counts]]:
        """The counts of every rep, by id."""
        yield from self._sums(lambda place: place.rep_id)

    def of_mailboxes(self) -> Iterator[tuple[int | None, Counts]]:
        """The counts of every mailbox, by id; None: the maildir."""
        yield from self._sums(lambda place: place.mailbox_id)

    def of_campaigns(self) -> Iterator[tuple[str, Counts]]:
        """The counts of every campaign, by key."""
        yield from self._sums(lambda place: place.campaign)

    def most_calls(self) -> dict[int, tuple[int, date]]:
        """The most calls each rep has on one day, those owed included, and the first such day."""
        found: dict[int, tuple[int, date]] = {}
        for (rep_id, day), counts in self._sums(lambda place: (place.rep_id, place.day)):
            calls = counts.calls + counts.owed_calls
            if calls > found.get(rep_id, (0, day))[0]:
                found[rep_id] = calls, day
        return found

    def _sums(self, key: Callable[[Place], K]) -> Iterator[tuple[K, Counts]]:
        sums: dict[K, Counts] = defaultdict(Counts)
        for place, counts in self.places.items():
            sums[key(place)] += counts
        yield from sorted(sums.items(), key=lambda one: _order(one[0]))


def first_of(period: Each, day: date) -> date:
    """The first day of the period a day is in."""
    return day if period is Each.DAY else day - timedelta(days=day.weekday())


def _order(key: object) -> tuple[str, ...]:
    """Days before days, ids in their order, nothing first."""
    parts = key if isinstance(key, tuple) else (key,)
    return tuple("" if one is None else f"{one:012}" if isinstance(one, int) else str(one) for one in parts)
