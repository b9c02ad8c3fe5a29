"""Loads: how many letters each day asks of a mailbox, and what its pace leaves over."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from drip.actions.forecasting.expected import Coming
from drip.domain.backlog import Gone, Leaving, Pace, left_over
from drip.domain.pace import domain_of
from drip.store.mailboxes import Mailbox

_MINUTE, _A_DAY = timedelta(minutes=1), timedelta(days=1)
_BITS = 11  # of a number below 2,048, such as the minutes of a day
_DOMAIN_AT = 42  # bits, for the minutes of almost two years and two of those numbers


@dataclass(frozen=True, slots=True)
class Load:
    """One day of a mailbox: the letters of that day, the most it may send in 24 hours (None: any number),
    and how many still wait when their window closes."""

    letters: int
    pace: int | None
    over: int


class Loads:
    """Counts letters as they are foreseen. One of a mailbox with a limit takes eight bytes."""

    def __init__(self, now: datetime, weeks: int) -> None:
        """`now` is business time; `weeks` is how far the forecast reaches."""
        self._first = now.date() - _A_DAY  # it is still yesterday for some
        self._midnight = datetime.combine(self._first, time(), UTC)
        self._days = weeks * 7 + 2
        self._letters: Counter[tuple[int | None, date]] = Counter()
        self._paces: dict[int | None, Pace] = {}
        self._gone: dict[int | None, list[Gone]] = {}
        self._domains: list[str] = [""]
        self._numbers: dict[str, int] = {}  # of domains
        self._packed: dict[int | None, array[int]] = defaultdict(lambda: array("Q"))

    def add(self, box: Mailbox, gone: Sequence[tuple[datetime, str]]) -> None:
        """A mailbox with a limit, and when its letters of the last 24 hours left (business time), ascending, each
        with its recipient domain."""
        self._paces[box.id] = Pace(box.per_minute, box.per_day, box.warms_up, box.warm_up_on, box.domain_pace)
        self._gone[box.id] = [Gone(self._minute(at), domain) for at, domain in gone]

    def is_limited(self, mailbox_id: int | None) -> bool:
        """Whether a mailbox was added: its letters are to be counted with when their window closes."""
        return mailbox_id in self._paces

    def count(self, letter: Coming, closes: datetime | None) -> None:
        """Count a letter; `closes` is when its window does, where its mailbox has a limit (aware UTC)."""
        self._letters[letter.mailbox_id, letter.day] += 1
        if closes is not None:
            due = self._minute(letter.at)
            packed = due << _BITS | min(self._minute(closes) - due, (1 << _BITS) - 1)
            packed = packed << _BITS | (letter.day - self._first).days
            self._packed[letter.mailbox_id].append(self._number(letter) << _DOMAIN_AT | packed)

    def each_day(self) -> dict[tuple[int | None, date], Load]:
        """Every day of a mailbox that has a letter, or one left over."""
        over = {box: self._left_over(box) for box in self._packed}
        days = {*self._letters, *((box, day) for box, counted in over.items() for day in counted)}
        return {
            (box, day): Load(self._letters[box, day], self._pace_on(box, day), over.get(box, Counter())[day])
            for box, day in sorted(days, key=lambda one: (one[0] or 0, one[1]))
        }

    def _left_over(self, mailbox_id: int | None) -> Counter[date]:
        pace = self._begun(mailbox_id)
        return left_over(self._unpacked(mailbox_id), self._gone[mailbox_id], pace, self._first, self._days)

    def _pace_on(self, mailbox_id: int | None, day: date) -> int | None:
        return self._begun(mailbox_id).on(day) if mailbox_id in self._paces else None

    def _begun(self, mailbox_id: int | None) -> Pace:
        """Its pace; a warm-up that has not begun begins with the first letter."""
        pace = self._paces[mailbox_id]
        if pace.warm_up is not None and pace.began_on is None:
            pace = replace(pace, began_on=min(day for box, day in self._letters if box == mailbox_id))
            self._paces[mailbox_id] = pace
        return pace

    def _unpacked(self, mailbox_id: int | None) -> Iterator[Leaving]:
        most = (1 << _BITS) - 1
        for packed in self._packed[mailbox_id]:
            due = packed >> 2 * _BITS & ((1 << _DOMAIN_AT - 2 * _BITS) - 1)
            domain = self._domains[packed >> _DOMAIN_AT]
            yield Leaving(due, due + (packed >> _BITS & most), packed & most, domain)

    def _number(self, letter: Coming) -> int:
        """Which of the domains a letter goes to; 0 where its mailbox has no pace for them."""
        if not self._paces[letter.mailbox_id].domains:
            return 0
        domain = domain_of(letter.email)
        if domain not in self._numbers:
            self._numbers[domain] = len(self._domains)
            self._domains.append(domain)
        return self._numbers[domain]

    def _minute(self, at: datetime) -> int:
        return (at - self._midnight) // _MINUTE
