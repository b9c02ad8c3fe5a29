"""Backlog: the letters of a mailbox that its pace keeps from leaving on their day."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from drip.domain.pace import LENGTH, Span, WarmUp, day_limit

_MINUTE = timedelta(minutes=1)
_DAY = LENGTH[Span.DAY] // _MINUTE
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """What a mailbox may send. `began_on` is the first day of its warm-up; None: it begins with its first letter."""

    per_minute: int | None = None
    per_day: int | None = None
    warm_up: WarmUp | None = None
    began_on: date | None = None

    def on(self, day: date) -> int | None:
        """Letters in any 24 hours that end on this day; None: as many as there are."""
        return day_limit(self.per_day, self.warm_up, self.began_on, day)


class Leaving(NamedTuple):
    """A letter by whole minutes since the midnight of a first day: when it is due and when its window
    closes; `day` is how many days after the first one that is for its reader."""

    due: int
    closes: int
    day: int


def left_over(letters: Iterable[Leaving], gone: Sequence[int], pace: Pace, first: date, days: int) -> Counter[date]:
    """How many letters still wait when their window closes, by day; a day without any is left out.

    Whoever is due first leaves first. What is left over is due again at the same minute of the next
    weekday, up to `days` days from `first`. `gone` are the minutes of letters that left in the day before,
    ascending. Minutes are counted from the first midnight, and may be below zero.
    """
    waiting = list(letters)
    heapq.heapify(waiting)
    if waiting and pace.began_on is None:
        pace = replace(pace, began_on=first + timedelta(days=waiting[0].day))
    leaves, found = _Leaves(pace, gone, first), Counter[date]()
    while waiting:
        letter = heapq.heappop(waiting)
        at = leaves.earliest(letter.due)
        if at < letter.closes:
            leaves.gone.append(at)
            continue
        today = first + timedelta(days=letter.day)
        found[today] += 1
        wait = 1 if today.weekday() < _FRIDAY else 7 - today.weekday()
        if letter.day + wait < days:
            later = wait * _DAY
            heapq.heappush(waiting, Leaving(letter.due + later, letter.closes + later, letter.day + wait))
    return found


class _Leaves:
    """The letters that left, and when the next one may."""

    def __init__(self, pace: Pace, gone: Sequence[int], first: date) -> None:
        self.gone = list(gone)
        self._first = first
        self._pace = pace

    def earliest(self, due: int) -> int:
        """The first minute from `due` on at which another letter may leave."""
        at = due
        while (free := max(self._free(at, self._pace.per_minute, 1), self._free(at, self._of_day(at), _DAY))) > at:
            at = min(free, at - at % _DAY + _DAY) if self._pace.warm_up else free
        return at

    def _of_day(self, at: int) -> int | None:
        return self._pace.on(self._first + timedelta(days=at // _DAY))

    def _free(self, at: int, most: int | None, span: int) -> int:
        """When the oldest of the last `most` letters has left the span."""
        return at if most is None or len(self.gone) < most else max(at, self.gone[-most] + span)
