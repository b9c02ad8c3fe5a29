"""Backlog: the letters of a mailbox that its pace keeps from leaving on their day."""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from drip.domain.pace import LENGTH, DomainPace, Span, WarmUp, day_limit, limits_of

_MINUTE = timedelta(minutes=1)
_DAY = LENGTH[Span.DAY] // _MINUTE
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """What a mailbox may send, and what recipient `domains` are sent at most. `began_on` is the first day of its
    warm-up; None: it begins with its first letter."""

    per_minute: int | None = None
    per_day: int | None = None
    warm_up: WarmUp | None = None
    began_on: date | None = None
    domains: DomainPace = field(default_factory=dict)

    def on(self, day: date) -> int | None:
        """Letters in any 24 hours that end on this day; None: as many as there are."""
        return day_limit(self.per_day, self.warm_up, self.began_on, day)


class Leaving(NamedTuple):
    """A letter by whole minutes since the midnight of a first day: when it is due and when its window
    closes; `day` is how many days after the first one that is for its reader; `domain` is the recipient's, where
    that may have a pace."""

    due: int
    closes: int
    day: int
    domain: str = ""


class Gone(NamedTuple):
    """A letter that left before: at which minute, and to which recipient domain."""

    at: int
    domain: str = ""


def left_over(letters: Iterable[Leaving], gone: Sequence[Gone], pace: Pace, first: date, days: int) -> Counter[date]:
    """How many letters still wait when their window closes, by day; a day without any is left out.

    Whoever is due first leaves first; who is over a domain's pace lets others go before. What is left over is due
    again at the same minute of the next weekday, up to `days` days from `first`. `gone` are the letters that left in
    the day before, ascending. Minutes are counted from the first midnight, and may be below zero.
    """
    queues = _queues(letters, gone, pace)
    if queues and pace.began_on is None:
        pace = replace(pace, began_on=first + timedelta(days=min(queue.waiting[0] for queue in queues).day))
    leaves, found = _Leaves(pace, [one.at for one in gone], first), Counter[date]()
    heads = [(queue.head(), number) for number, queue in enumerate(queues)]
    heapq.heapify(heads)
    while heads:
        (at, _), number = heapq.heappop(heads)
        queue = queues[number]
        letter = heapq.heappop(queue.waiting)
        at = leaves.earliest(at) if at < letter.closes else at
        if at < letter.closes:
            leaves.gone.append(at)
            queue.gone.append(at)
        else:
            _wait(letter, queue, found, first, days)
        if queue.waiting:
            heapq.heappush(heads, (queue.head(), number))
    return found


def _wait(letter: "Leaving", queue: "_Queue", found: Counter[date], first: date, days: int) -> None:
    """Count a letter as left over, and let it wait for the next weekday."""
    today = first + timedelta(days=letter.day)
    found[today] += 1
    wait = 1 if today.weekday() < _FRIDAY else 7 - today.weekday()
    if letter.day + wait < days:
        later = wait * _DAY
        again = letter._replace(due=letter.due + later, closes=letter.closes + later, day=letter.day + wait)
        heapq.heappush(queue.waiting, again)


@dataclass(slots=True)
class _Queue:
    """The letters to one recipient domain, or to all that have no pace of their own."""

    limits: list[tuple[int, int]]  # so many, in so many minutes
    waiting: list[Leaving] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def head(self) -> tuple[int, Leaving]:
        """From when on its first letter may leave, as far as the domain goes."""
        at = self.waiting[0].due
        while self.limits and (free := max(_free(self.gone, at, *limit) for limit in self.limits)) > at:
            at = free
        return at, self.waiting[0]


def _queues(letters: Iterable[Leaving], gone: Iterable[Gone], pace: Pace) -> list[_Queue]:
    queues: dict[str, _Queue] = {}

    def of(domain: str) -> _Queue:
        limits = limits_of(pace.domains, domain) if pace.domains else {}
        key = domain if limits else ""
        if key not in queues:
            queues[key] = _Queue([(most, LENGTH[span] // _MINUTE) for span, most in limits.items()])
        return queues[key]

    for letter in letters:
        of(letter.domain).waiting.append(letter)
    for one in gone:
        of(one.domain).gone.append(one.at)
    for queue in queues.values():
        heapq.heapify(queue.waiting)
    return [queue for queue in queues.values() if queue.waiting]


class _Leaves:
    """The letters that left, and when the next one may."""

    def __init__(self, pace: Pace, gone: Sequence[int], first: date) -> None:
        self.gone = list(gone)
        self._first = first
        self._pace = pace

    def earliest(self, due: int) -> int:
        """The first minute from `due` on at which another letter may leave."""
        at = due
        while (free := max(self._within(at, self._pace.per_minute, 1), self._within(at, self._of_day(at), _DAY))) > at:
            at = min(free, at - at % _DAY + _DAY) if self._pace.warm_up else free
        return at

    def _of_day(self, at: int) -> int | None:
        return self._pace.on(self._first + timedelta(days=at // _DAY))

    def _within(self, at: int, most: int | None, span: int) -> int:
        return at if most is None else _free(self.gone, at, most, span)


def _free(gone: Sequence[int], at: int, most: int, span: int) -> int:
    """When the oldest of the last `most` letters has left the span."""
    return at if len(gone) < most else max(at, gone[-most] + span)
