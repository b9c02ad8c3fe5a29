"""The only reader of time and chance: business time, machine time, lease tokens and jitter (HOUSE, "Two clocks")."""

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from drip.domain.errors import DripError


class ClockError(DripError):
    """A controlled clock was asked to do what time does not do."""


class Clock(Protocol):
    """Business time: what is due, window, gap and silence are decided by it."""

    def now(self) -> datetime:
        """The moment it is for the business, aware UTC."""


class SystemClock:
    """Business time as the host tells it."""

    def now(self) -> datetime:
        """Now, aware UTC."""
        return datetime.now(UTC)


class ControlledClock:
    """Business time that stands still until it is told to jump; for the demo and for tests.

    Who sleeps until the next moment registers with `when_it_jumps`, and is woken by each jump.
    """

    def __init__(self, start: datetime) -> None:
        """Stand at `start` (aware)."""
        self._now = start.astimezone(UTC)
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """Where it stands, aware UTC."""
        return self._now

    def when_it_jumps(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every jump, on the thread that jumps."""
        self._listeners.append(listener)

    def jump(self, to: datetime) -> None:
        """Stand at `to` (aware) from now on. Raises ClockError when that is in the past."""
        if to < self._now:
            raise ClockError(
                f"The clock stands at {self._now.isoformat()} and was asked to go back to "
                f"{to.isoformat()}. Business time only goes forward."
            )
        self._now = to.astimezone(UTC)
        for listener in self._listeners:
            listener()


class MachineClock:
    """Machine time of a single process: the host's time at the start, then a monotonic count.

    It decides leases, pace and backoff where no database server has a clock of its own. What
    the host's clock does after the start does not move it.
    """

    def __init__(self) -> None:
        self._origin = datetime.now(UTC)
        self._count = time.monotonic()

    def now(self) -> datetime:
        """Machine time, aware UTC."""
        return self._origin + timedelta(seconds=time.monotonic() - self._count)


def make_token() -> str:
    """A lease token nobody else has: 22 characters."""
    return secrets.token_urlsafe(16)


def make_secret() -> str:
    """A secret to sign links with: 43 characters nobody can guess."""
    return secrets.token_urlsafe(32)


def chance() -> float:
    """A random share of one, for the jitter on retries: 0 <= share < 1."""
    return secrets.randbits(53) / (1 << 53)
