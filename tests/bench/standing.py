"""A service that has a million enrolled and nothing to do; and how soon it sends what comes due under light load."""

import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from drip.clock import SystemClock
from drip.domain.business_days import Calendar
from drip.domain.duration import Duration, Unit
from drip.domain.enroll import begin
from drip.domain.enrollment import CallWindow, Terms
from drip.domain.plan import plan
from drip.store import campaigns, enrollments, prospects
from tests.bench.child import Child, ChildError, cpu_of
from tests.bench.crowd import HOT_BUTTON, LATER, starter
from tests.bench.ours import Ours
from tests.bench.servers import fill
from tests.bench.table import Spread
from tests.bench.tick import Town
from tests.servers.valkey import Valkey, find_binary

A_DAY = timedelta(days=1)
EVENING = 20  # o'clock where the prospects of the light load are: most of a day's minutes have passed
SETTLE = 4.0  # seconds after the start that are not counted
EVERY = 0.23  # seconds between two letters of the light load; no divisor of a tick
WITHIN = 30.0  # seconds in which all of them must have come


class Standing:
    """Scheduler, worker and web server on the large town, with the host's clock."""

    def __init__(self, stack: ExitStack, town: Town, folder: Path) -> None:
        self._sink = stack.enter_context(Child("tests.bench.sink", "--pipelining"))
        self._town = town
        self._quiet()
        valkey = Valkey(folder, find_binary())
        stack.callback(valkey.stop)
        self._ours = Ours(town.url, {}, 0, {"redis_url": valkey.url()})
        for name, words in (("scheduler", ()), ("worker", ()), ("web", ("--port", "0"))):
            self._ours.start(stack, name, *words)

    def idle(self, windows: int, seconds: float) -> tuple[Spread, list[float]]:
        """CPU of all processes as % of a core: over all windows, and the least and the most of one; and of
        scheduler, worker and web server each, over all windows."""
        bell = threading.Event()
        bell.wait(SETTLE)
        each = [cpu_of(one.process.pid) for one in self._ours.processes]
        first, shares = (time.monotonic(), self._ours.cpu()), []
        last = first
        for _ in range(windows):
            bell.wait(seconds)
            now = time.monotonic(), self._ours.cpu()
            shares.append(100 * (now[1] - last[1]) / (now[0] - last[0]))
            last = now
        took = last[0] - first[0]
        own = [cpu_of(one.process.pid) - used for one, used in zip(self._ours.processes, each, strict=True)]
        total = Spread(100 * (last[1] - first[1]) / took, min(shares), max(shares))
        return total, [100 * used / took for used in own]

    def due_to_wire(self, letters: int) -> tuple[Spread, list[float]]:
        """Seconds from the moment an enrollment is due to the letter at the server: the 95th percentile,
        the least and the most; and all of them."""
        people = self._add_people(letters)
        due_at: dict[str, float] = {}
        bell = threading.Event()
        self._sink.ask()
        with self._town.postgres.connect(self._town.name) as connection:
            for ident, email in people.items():
                due_at[email] = time.monotonic()
                connection.execute("UPDATE enrollments SET next_at = now() WHERE id = %s", (ident,))
                bell.wait(EVERY)
        came_at: dict[str, float] = {}
        for _ in range(int(WITHIN)):
            came_at |= self._sink.ask(times=True)["came_at"]
            if len(came_at) == letters:
                break
            bell.wait(1.0)
        if set(came_at) != set(due_at):
            raise ChildError(f"{len(came_at)} of {letters} letters of the light load came within {WITHIN} s")
        waits = sorted(came_at[email] - due_at[email] for email in due_at)
        return Spread(waits[int(0.95 * (letters - 1) + 0.5)], waits[0], waits[-1]), waits

    def _quiet(self) -> None:
        """Nothing is due any more, and the mailbox leads to the sink."""
        with self._town.postgres.connect(self._town.name) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("TRUNCATE attempts, visits, sends CASCADE")
            connection.execute(
                "UPDATE enrollments SET next_at = %s WHERE next_at IS NULL OR next_at < %s", (LATER, LATER)
            )
            connection.execute(
                "UPDATE mailboxes SET state = 'active', paused_reason = NULL, paused_at = NULL, port = %s",
                (self._sink.said["port"],),
            )
            connection.execute("VACUUM enrollments")

    def _add_people(self, count: int) -> dict[int, str]:
        """Enrolled a day ago, their first letter a minute of today that has passed; enrollment to address."""
        now = SystemClock().now()
        zone = _zone_at(EVENING, now)
        made: dict[int, str] = {}

        async def work(unit: Any) -> None:
            campaign, letters = starter()
            quick = replace(campaign, key="light", first_after=Duration(1, Unit.DAY))
            version = await campaigns.publish(unit, campaigns.NewVersion(quick, "-", letters, "rep:1"), now)
            box = await unit.value(text("SELECT min(id) FROM mailboxes"))
            chosen = [email for n in range(4 * count) if _is_due(quick, email := f"light{n}@firm.example", zone, now)]
            emails = chosen[:count]
            await prospects.put(unit, [prospects.NewProspect(one, "Ann", country="US") for one in emails], now)
            found = await prospects.by_email(unit, emails)
            new = [
                enrollments.NewEnrollment(
                    prospect_id=found[one].id,
                    version_id=version.id,
                    rep_id=1,
                    mailbox_id=box,
                    email=one,
                    time_zone=zone,
                    country="US",
                    region=None,
                    call_window=CallWindow.ANY,
                    enrollment=begin(_terms(quick, one, zone), now - A_DAY)[0],
                    next_at=None,
                    qualification={"hot_button": HOT_BUTTON},
                    fields={},
                    overrides={},
                )
                for one in emails
            ]
            added = await enrollments.add(unit, new)
            made.update({added[found[one].id]: one for one in emails})

        fill(self._town.url, work)
        if len(made) != count:
            raise ChildError(f"only {len(made)} of {count} people of the light load can be due now")
        return made


def _terms(campaign: Any, email: str, zone: str) -> Terms:
    return Terms(campaign, email, ZoneInfo(zone), Calendar("US", None), CallWindow.ANY)


def _is_due(campaign: Any, email: str, zone: str, now: datetime) -> bool:
    own = _terms(campaign, email, zone)
    following = plan(begin(own, now - A_DAY)[0], own, now)
    return following is not None and following.what == "email" and following.at <= now


def _zone_at(hour: int, now: datetime) -> str:
    """A time zone where it is about that hour."""
    ahead = (hour - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
