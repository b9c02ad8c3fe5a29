"""Our service as a user starts it, in one process or in many, sending to a sink: what a round of letters costs.

CPU is that of all our processes, user and system, from before the letters are due until after the last was settled.
Letters a second are counted as those of the peers are: from the order to send to the last record of a letter sent.
"""

import os
import sqlite3
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from dramatiq.message import Message
from sqlalchemy.engine import make_url

from drip.clock import SystemClock
from tests.bench.child import ROOT, Child, ChildError, cpu_of, with_children
from tests.bench.crowd import Scene, enroll, make_due, set_scene
from tests.bench.senders import SECRET
from tests.bench.servers import Filler, fill
from tests.servers.process import Server
from workers.doorbell import DoorbellBroker

CONNECTIONS = 16
WITHIN = 120.0  # seconds for one round
LOOK_EVERY = 0.002  # seconds between two looks whether everything is settled, once everything has come
UNFINISHED = "SELECT EXISTS (SELECT 1 FROM sends WHERE state IN ('due', 'leased', 'handing'))"
ACCEPTED = "SELECT count(*) FROM sends WHERE state = 'accepted'"
REST = 0.1  # seconds after the last letter, in which a worker looks whether there are more
READY = {
    "up": "drip is up",
    "worker": "drip worker is up",
    "scheduler": "drip scheduler is up",
    "web": "drip web is up",
}


@dataclass(slots=True)
class Ours:
    """One database of ours and the processes on it; each of `sinks` is a mailbox of that name."""

    url: str
    sinks: Mapping[str, Child]
    people: int
    settings: Mapping[str, str] = field(default_factory=dict)
    processes: list[Server] = field(default_factory=list)
    sent: int = 0
    scene: Scene = field(init=False)
    _bell: DoorbellBroker | None = None
    _filler: Filler | None = None

    def prepare(self) -> None:
        """People enrolled ten days ago, none with a letter yet."""
        made: list[Scene] = []
        now = SystemClock().now()

        async def work(unit: Any) -> None:
            scene = await set_scene(unit, {name: sink.said["port"] for name, sink in self.sinks.items()}, now)
            await enroll(unit, scene, self.people, now)
            made.append(scene)

        fill(self.url, work)
        self.scene = made[0]

    def start(self, stack: ExitStack, name: str, *words: str) -> Server:
        """One more process of ours, ready, until the stack ends."""
        if self._filler is None:
            self._filler = Filler(self.url)
            stack.callback(self._filler.close)
        env = {"PATH": os.defpath, "HOME": "/", "PYTHONPATH": str(ROOT), **self.environment}
        program = [sys.executable, "-u", "-m", "drip", name, *words]
        server = stack.enter_context(Server(program, READY[name], env=env, folder=ROOT))
        self.processes.append(server)
        return server

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every process."""
        given = {"database_url": self.url, "secret": SECRET, "connections": str(CONNECTIONS), **self.settings}
        return {f"DRIP_{key.upper()}": value for key, value in given.items()}

    def send(self, sink: str, letters: int) -> dict[str, Any]:
        """Letters are put into the database as due, and waited for: what our processes used until all were
        settled, and what the sink says. Raises ChildError when one is missing or not another one.

        Where there is a bell it is rung, as the scheduler does for letters it planned; else a tick finds them.
        """
        first = self.sent + 1
        self.sent += letters
        assert self.sent <= self.people, "everybody has had a letter"
        now = SystemClock().now()
        self.sinks[sink].ask()
        before = self.cpu()
        assert self._filler is not None, "nothing was started"
        self._filler.fill(lambda unit: make_due(unit, self.scene, sink, (first, self.sent), now))
        with closing(self._connect()) as database:
            began = time.monotonic()
            self._ring(self.scene.mailboxes[sink])
            self._wait(database, self.sinks[sink], letters)
            wall = time.monotonic() - began
            self._check(database)
        threading.Event().wait(REST)
        cpu = self.cpu() - before
        got = self.sinks[sink].ask()
        if {got["letters"], got["contents"], got["message_ids"], got["recipients"]} != {letters}:
            raise ChildError(f"{letters} letters were to come to the {sink} sink, each another one; {got}")
        return {"cpu": cpu, "wall": wall, "count": letters} | got

    def cpu(self) -> float:
        """User and system seconds of all our processes so far."""
        return cpu_of(*(pid for one in self.processes for pid in with_children(one.process.pid)))

    def _ring(self, mailbox_id: int) -> None:
        """As the scheduler does; a worker that finds much calls others."""
        if "redis_url" not in self.settings:
            return
        self._bell = self._bell or DoorbellBroker(self.settings["redis_url"])
        self._bell.enqueue(
            Message(queue_name="deliver", actor_name="mailbox.deliver", args=(mailbox_id,), kwargs={}, options={})
        )

    def _wait(self, database: Any, sink: Child, letters: int) -> None:
        """Until they have come, and nothing is under way any more."""
        sink.ask(letters=letters, within=WITHIN)
        bell = threading.Event()
        for _ in range(int(WITHIN / LOOK_EVERY)):
            if not database.execute(UNFINISHED).fetchone()[0]:
                return
            bell.wait(LOOK_EVERY)

    def _check(self, database: Any) -> None:
        """Raises ChildError unless every letter so far was accepted."""
        accepted = database.execute(ACCEPTED).fetchone()[0]
        if accepted != self.sent:
            said = ["".join(one.output) for one in self.processes]
            raise ChildError(f"{accepted} of {self.sent} letters were accepted within {WITHIN} s; {said}")

    def _connect(self) -> Any:
        """To the database by its driver, each statement by itself."""
        url = make_url(self.url)
        if url.drivername.startswith("sqlite"):
            return sqlite3.connect(Path(url.database or ""), timeout=30)
        return psycopg.connect(url.set(drivername="postgresql").render_as_string(), autocommit=True)


def pss_mb(pid: int) -> float:
    """The proportional share of memory of a process, in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise ChildError(f"process {pid} does not tell its memory")
