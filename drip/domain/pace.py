"""How many letters a mailbox may send: its limits, its warm-up, one recipient domain, a slowed server."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from drip.domain.errors import DripError

EACH = "*"  # every recipient domain that has no pace of its own
WHOLE = ""  # in place of a recipient domain: the whole mailbox rests
WEEKDAYS = 5
GROWS_EVERY = timedelta(minutes=10)  # MAIL 45: then one connection more
LEAST_REST = timedelta(minutes=10)  # MAIL 45: after 4.7.28 nothing is sent for at least so long
_WRITTEN = re.compile(r"(?:([^=\s]+)\s*=\s*)?(\d{1,7})\s*(?:/|a |per )\s*(minute|hour|day)s?")
_GROWS = re.compile(r"\s*(\d{1,6})\s*\+\s*(\d{1,6})\s*")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


class PaceError(DripError):
    """A pace that was written down cannot be understood or cannot be kept."""


class Span(StrEnum):
    """The rolling windows a pace is counted in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


LENGTH = {Span.MINUTE: timedelta(minutes=1), Span.HOUR: timedelta(hours=1), Span.DAY: timedelta(days=1)}
DomainPace = Mapping[str, Mapping[str, int]]  # domain (or EACH) to span to letters


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How a new mailbox begins: `start` letters in its first 24 hours, `step` more each sending day."""

    start: int
    step: int


def sending_days(first: date, today: date) -> int:
    """Days from Monday to Friday after `first`, up to and with `today`; 0 on the first day."""
    return max(0, _weekdays_until(today) - _weekdays_until(first))


def day_limit(per_day: int | None, warm_up: WarmUp | None, first: date | None, today: date) -> int | None:
    """Letters in any 24 hours that end today: the mailbox's limit, or less while it warms up.

    `first` is the day it began to, None where it has not sent yet. None: as many as there are.
    """
    if warm_up is None:
        return per_day
    grown = warm_up.start + warm_up.step * (sending_days(first, today) if first else 0)
    return grown if per_day is None else min(grown, per_day)


def read_domain_pace(text: str) -> tuple[str, Span, int]:
    """Read "20/hour" (each recipient domain) or "gmail.com=5/minute"; raises PaceError."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None or int(found[2]) == 0:
        raise PaceError(
            f'"{text}" is no pace for recipient domains. Write "20/hour" for each of them, or '
            '"gmail.com=5/minute" for one (minute, hour or day; at least 1).'
        )
    domain = found[1] or EACH
    if domain != EACH and not _DOMAIN.fullmatch(domain):
        raise PaceError(f'"{domain}" is no domain. Write it in full and in ASCII, like "gmail.com".')
    return domain, Span(found[3]), int(found[2])


def read_warm_up(text: str) -> WarmUp:
    """Read "20+10": 20 letters on the first day, 10 more each sending day. Raises PaceError."""
    found = _GROWS.fullmatch(text)
    if found is None or int(found[1]) == 0 or int(found[2]) == 0:
        raise PaceError(f'"{text}" is no warm-up. Write "20+10": 20 letters on the first day, 10 more each day after.')
    return WarmUp(int(found[1]), int(found[2]))


def limits_of(paces: DomainPace, domain: str) -> dict[Span, int]:
    """What one recipient domain is sent at most, by span: its own pace, else that of each domain."""
    return {Span(span): most for span, most in (paces.get(domain) or paces.get(EACH) or {}).items()}


def domain_of(email: str) -> str:
    """The recipient domain of an address, as paces name it."""
    return email.rpartition("@")[2].lower()


@dataclass(slots=True)
class DomainRoom:
    """What the pace of recipient domains leaves, used up letter by letter.

    `counted` is what each domain was sent in each span; `resting` domains take nothing for now.
    """

    paces: DomainPace
    counted: Mapping[str, Mapping[Span, int]]
    resting: frozenset[str] = frozenset()
    _left: dict[str, int | None] = field(default_factory=dict, init=False)

    def left(self, domain: str) -> int | None:
        """Letters this domain may still be sent; None: as many as there are."""
        if domain in self.resting:
            return 0
        if domain not in self._left:
            counted = self.counted.get(domain, {})
            rooms = [most - counted.get(span, 0) for span, most in limits_of(self.paces, domain).items()]
            self._left[domain] = max(0, min(rooms)) if rooms else None
        return self._left[domain]

    def choose(self, waiting: Iterable[tuple[int, str]], most: int) -> list[int]:
        """Of letters (id, recipient domain) in the order they wait those that may go, at most `most`; what
        is over its domain's pace stays, and those behind it go."""
        chosen: list[int] = []
        for ident, domain in waiting:
            left = self.left(domain)
            if len(chosen) == most or left == 0:
                continue
            chosen.append(ident)
            if left is not None:
                self._left[domain] = left - 1
        return chosen

    @property
    def full(self) -> frozenset[str]:
        """The domains known to take nothing more for now."""
        return self.resting | {domain for domain, left in self._left.items() if left == 0}


def connections(most: int, slowed_to: int | None, since: timedelta) -> int:
    """How many connections a mailbox may use `since` a rate limit cut them to `slowed_to` (MAIL 45):
    one more for each ten minutes without another."""
    if slowed_to is None:
        return most
    return max(1, min(most, slowed_to + since // GROWS_EVERY))


def slowed(most: int, slowed_to: int | None, since: timedelta) -> int | None:
    """Half the connections after another rate limit, at least one; None: it was cut less than ten
    minutes ago, and this is the same limit."""
    if slowed_to is not None and since < GROWS_EVERY:
        return None
    return max(1, connections(most, slowed_to, since) // 2)


def rest(wait: timedelta, enhanced: str | None) -> timedelta:
    """How long nothing is sent after a rate limit that asked for `wait` (MAIL 45)."""
    return max(wait, LEAST_REST) if enhanced == "4.7.28" else wait


def _weekdays_until(day: date) -> int:
    """Days from Monday to Friday since the first Monday of the calendar, up to and with `day`."""
    weeks, rest_of_it = divmod(day.toordinal(), 7)  # 1 January of year 1 was a Monday
    return weeks * WEEKDAYS + min(rest_of_it, WEEKDAYS)
