"""A crew: real processes of the service on one database and the host's clock, which tests kill, stop and cut off."""

import concurrent.futures
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from drip.config import load_settings
from drip.domain.send import State
from tests.acceptance.fleet import environment
from tests.servers.process import Server

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
READY = {"up": "drip is up"} | {name: f"drip {name} is up" for name in ("worker", "scheduler", "inbound", "web")}
WORDS = {"up": ("--port", "0"), "web": ("--port", "0")}
LOOK_EVERY = 0.2  # seconds between two looks at what is waited for
WITHIN = 120.0  # seconds until a test that waits in vain has failed
MOVING = (State.DUE, State.LEASED, State.HANDING)


@dataclass(frozen=True, slots=True)
class Row:
    """A send, as somebody sees it who only looks at the table."""

    id: int
    state: State
    token: str | None
    email: str


_SESSIONS = "SELECT application_name FROM pg_stat_activity"


class Crew(AbstractContextManager["Crew"]):
    """The processes on the database at `url`; the embedded one where there is no Valkey."""

    def __init__(self, url: str, redis_url: str | None = None, **settings: Any) -> None:
        """Nobody works yet. `settings` are those of every process."""
        self.url = url
        given: dict[str, Any] = {"secret": "a secret for the tests that is long enough", "maildir": Path("/nowhere")}
        given["notices"] = False  # the mails counted are letters; a test of notices asks for them
        given |= {"redis_url": redis_url} if redis_url else {}
        self.env = environment(load_settings(database_url=url, **given | settings))
        self.members: list[Server] = []
        # The kernel ends a process with the thread that started it, so these stay as long as the crew.
        self._threads = concurrent.futures.ThreadPoolExecutor()

    def hire(self, *names: str, program: tuple[str, ...] = ("-m", "drip")) -> list[Server]:
        """Start these processes, all at once; each as soon as it says that it is up."""

        def start(name: str) -> Server:
            words = [sys.executable, "-u", *program, name, *WORDS.get(name, ())]
            return Server(words, READY[name], env=self.env, folder=ROOT)

        hired = list(self._threads.map(start, names))
        self.members += hired
        return hired

    def said(self) -> str:
        """What all of them printed last."""
        return "".join(line for member in self.members for line in member.output)

    def stop(self, within: float = 10.0) -> list[int]:
        """End those who still run as an operator does; their exit codes."""
        running = [member for member in self.members if member.process.poll() is None]
        return list(self._threads.map(lambda member: member.stop(within=within), running))

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            member.process.send_signal(signal.SIGCONT)
            member.stop(signal.SIGKILL)
        self._threads.shutdown()

    def until_forgotten(self, dead: Sequence[Server]) -> None:
        """Wait until PostgreSQL has done what the dead had asked of it before they died."""
        names = {f"drip {one.process.pid}" for one in dead}
        if self.url.startswith("postgresql"):
            until(lambda: names.isdisjoint(name for (name,) in ask(self.url, _SESSIONS)))

    def rows(self) -> list[Row]:
        """Every send, by id."""
        found = ask(
            self.url,
            "SELECT s.id, s.state, s.lease_token, e.email FROM sends s JOIN enrollments e ON e.id = s.enrollment_id "
            "ORDER BY s.id",
        )
        return [Row(ident, State(state), token, email) for ident, state, token, email in found]

    def states(self) -> Counter[State]:
        """How many sends there are in each state."""
        return Counter({State(state): n for state, n in ask(self.url, "SELECT state, count(*) FROM sends GROUP BY 1")})

    def until(self, done: Callable[[Counter[State]], T], within: float = WITHIN) -> T:
        """Look at the states until `done` says so: what. AssertionError after `within` seconds of standstill."""
        seen = [self.states()]

        def look() -> T:
            seen[0] = self.states()
            return done(seen[0])

        return until(look, within, lambda: f"{seen[0]}\n{self.said()}", moved=lambda: seen[0])

    def until_quiet(self, within: float = WITHIN) -> Counter[State]:
        """Wait until no send is due, leased or handing; the states then."""
        self.until(lambda found: not any(found[one] for one in MOVING), within)
        return self.states()


def until(
    done: Callable[[], T],
    within: float = WITHIN,
    told: Callable[[], str] = str,
    *,
    moved: Callable[[], object] = lambda: None,
) -> T:
    """Look until there is something true to see.

    AssertionError with what is `told` after `within` seconds in which what has `moved` stayed the same, so that a
    busy machine takes longer and a standstill is found.
    """
    pause, stood = threading.Event(), 0.0
    before = moved()
    while not (found := done()):
        assert stood < within, f"in vain for {within:g} s: {told()}"
        pause.wait(LOOK_EVERY)
        now = moved()
        before, stood = now, stood + LOOK_EVERY if now == before else 0.0
    return found


def ask(url: str, question: str) -> list[Any]:
    """The rows of a query, on a connection of its own."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.partition(":///")[2], timeout=30)
        try:
            return connection.execute(question).fetchall()
        finally:
            connection.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as served:
        return served.execute(question.encode()).fetchall()
