"""What sending planned letters costs: ours in every wiring, our wire alone, raw aiosmtplib and the peers, by turns."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from drip.outbound.keyring import Keyring
from tests.bench.child import Child, ChildError
from tests.bench.crowd import TUESDAY, enroll, make_due, set_scene
from tests.bench.ours import CONNECTIONS, Ours, pss_mb
from tests.bench.peers import SETTINGS, Peer
from tests.bench.servers import BenchPostgres, fill
from tests.bench.table import Spread, spread
from tests.servers.process import Server
from tests.servers.valkey import Valkey, find_binary

FAR = ["--pipelining", "--delay-ms", "40"]
SINKS = {"pipelined": ["--pipelining"], "plain": [], "far": FAR, "far alone": FAR}
NEAR = ("pipelined", "plain")
WARM = 64
FAR_ALONE = 128  # letters of aiosmtplib over the long wire: whole waves of 16, in the middle half, too
WORKERS = (os.cpu_count() or 1) + 1  # that send as fast as they can: while one waits for the database another works
MANY = f"{WORKERS} workers"
TICK = "0.2"  # seconds between two looks of an embedded service, since no bell reaches it from outside
SLOWER = {"django-post-office": 2, "django-mailer": 10}  # so that a round of each takes about as long
RATES = {"django-post-office": "rate_vs_django_post_office", "django-mailer": "rate_vs_django_mailer"}
LESS = 0.7  # of the time of a round, that one of less takes
Found = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Size:
    """Letters of one round: for the CPU figures that have a bar, for those beside, for letters a second, and
    over the long wire by one worker and by two. Ways whose CPU is compared have several turns in a round:
    other guests of a machine can double what the same work takes, for seconds, and only a median of many says what
    is ours.

    On the long wire only the middle half counts, when two workers are both at it: the second one joins at a
    tick, and each sends its last batch alone. So `far_two` is at least four batches.

    `within` are the seconds all rounds may take: on a slow machine rounds have less where they would take longer, all
    ways alike. Without it every round is the same.
    """

    cpu: int
    beside: int
    rate: int
    far: int
    far_two: int
    rounds: int = 5
    turns: int = 1
    within: float | None = None

    def less(self) -> "Size":
        """Each way once, and fewer letters of those ways whose CPU is not compared."""
        fewer = {"beside": self.beside * 2 // 3, "rate": self.rate * 2 // 3}
        return replace(self, turns=1, far=self.far * 4 // 5, far_two=self.far_two * 4 // 5, **fewer)


class Sending:
    """All that sends, warm, on one PostgreSQL and to the same sinks."""

    def __init__(self, stack: ExitStack, postgres: BenchPostgres, folder: Path, size: Size) -> None:
        self._stack, self._postgres, self._folder, self._size = stack, postgres, folder, size
        self.failed: dict[str, str] = {}
        self._sinks = {name: self._child("tests.bench.sink", *words) for name, words in SINKS.items()}
        self._near = {name: self._sinks[name] for name in NEAR}
        self._mailboxes = self._near | {"far": self._sinks["far"]}
        self._sender = self._child("tests.bench.senders")
        starting = [peer for name in SETTINGS if (peer := self._peer(name)) is not None]
        self._reference = self._prepare_reference()
        valkey = Valkey(folder, find_binary())
        stack.callback(valkey.stop)
        signed = {"dkim": str(_make_key(folder))}
        self.distributed = self._many({"redis_url": valkey.url(0)}, self._mailboxes)
        self._others: list[Server] = [self.distributed.start(stack, "worker") for _ in range(WORKERS - 1)]
        self.ours: dict[str, Ours] = {
            "distributed": self.distributed,
            "distributed signed": self._many({"redis_url": valkey.url(1), **signed}, self._near),
            "embedded": self._one("plain", {}),
            "embedded signed": self._one("signed", signed),
        }
        self.found: Found = {}
        self.tried: dict[str, dict[str, float]] = {}
        self.rounds: list[tuple[Size, float]] = []  # what each had, and the seconds it took
        self._begins: list[int] = []  # which letters of a compared way are the first of a round
        assert self._sender.said is not None
        ready = [peer for peer in starting if self._can(peer, peer.wait)]  # nobody starts while settings are tried
        self.peers = [peer for peer in ready if self._can(peer, partial(self._find_setting, peer))]
        self._warm_up()

    def round(self, number: int) -> None:
        """Each way once, or as often as it has turns. The ways that are compared stand side by side, every second
        time the other way round: what the machine does meanwhile weighs on all of them."""
        compared, size, began = self._compared(), fitting(self._size, self.rounds), time.monotonic()
        self._begins.append(len(self.found.get("distributed pipelined", ())))
        with self._working(1):
            for turn in range(size.turns):
                for name, way in compared if (number + turn) % 2 else reversed(compared):
                    self._note(name, way())
            for name in ("distributed signed", "embedded", "embedded signed"):
                for sink in NEAR:
                    self._note(f"{name} {sink}", self.ours[name].send(sink, size.beside))
            self._far(size.far)
        with self._working(2):
            self._note("far two workers", self.distributed.send("far", size.far_two))
        self._note(MANY, self.distributed.send("pipelined", size.rate))
        with ThreadPoolExecutor() as beside:  # one process each, and the machine has two CPUs
            list(beside.map(lambda peer: peer.queue(size.rate // SLOWER[peer.name]), self.peers))
        for peer in self.peers:
            self._note(peer.name, peer.send())
        self.rounds.append((size, time.monotonic() - began))

    def _far(self, letters: int) -> None:
        """One worker over the long wire, and aiosmtplib, at the same time: both wait, and leave most of a CPU free."""
        with ThreadPoolExecutor() as beside:
            alone = beside.submit(self._ask, "aiosmtplib", "far alone", FAR_ALONE)
            self._note("far one worker", self.distributed.send("far", letters))
            self._note("far aiosmtplib", alone.result())

    def _compared(self) -> list[tuple[str, Callable[[], dict[str, Any]]]]:
        """The ways whose CPU is compared, each with warm connections."""
        cpu = self._size.cpu
        return [
            ("distributed plain", partial(self._warm_send, "plain", cpu)),
            ("aiosmtplib", partial(self._ask, "aiosmtplib", "plain", cpu)),
            ("distributed pipelined", partial(self._warm_send, "pipelined", cpu)),
            ("reference pipelined", partial(self._ask, "reference", "pipelined", cpu)),
            ("reference plain", partial(self._ask, "reference", "plain", cpu)),
        ]

    def _warm_send(self, sink: str, letters: int) -> dict[str, Any]:
        """Some letters that do not count, which open what was closed meanwhile; then those that do."""
        self.distributed.send(sink, WARM)
        return self.distributed.send(sink, letters)

    def figures(self) -> dict[str, Spread]:
        """The measures of sending; each ratio is taken within a round."""

        def cpu(name: str) -> list[float]:
            return [one["cpu"] / one["count"] for one in self.found[name]]

        def rate(name: str) -> list[float]:
            return [one["count"] / one["wall"] for one in self.found[name]]

        def far(name: str) -> list[float]:
            return [one["steady_per_s"] for one in self.found[name]]

        def ratio(above: list[float], below: list[float]) -> Spread:
            return spread(one / other for one, other in zip(above, below, strict=True))

        every = rate("distributed pipelined")
        alone = [every[at] for at in self._begins]
        fastest = [max(pair) for pair in zip(rate(MANY), alone, strict=True)]
        return {
            "cpu_vs_aiosmtplib": ratio(cpu("aiosmtplib"), cpu("distributed pipelined")),
            "cpu_vs_aiosmtplib_plain": ratio(cpu("aiosmtplib"), cpu("distributed plain")),
            "cpu_vs_reference": ratio(cpu("distributed pipelined"), cpu("reference pipelined")),
            **{RATES[one.name]: ratio(fastest, rate(one.name)) for one in self.peers},
            "rtt40_vs_aiosmtplib": ratio(far("far one worker"), far("far aiosmtplib")),
            "rtt40_two_workers": ratio(far("far two workers"), far("far one worker")),
            "worker_pss_mb": spread(pss_mb(one.process.pid) for one in (self._first, *self._others)),
        }

    @property
    def _first(self) -> Server:
        return self.distributed.processes[1]

    @contextmanager
    def _working(self, count: int) -> Iterator[None]:
        """So many workers; the others stand still, and have let go of their bell and their leases before."""
        idle = self._others[count - 1 :]
        for one in idle:
            one.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for one in idle:
                one.process.send_signal(signal.SIGCONT)

    def _peer(self, name: str) -> Peer | None:
        """A peer that begins to start; None when it cannot be had, which `failed` then says."""
        try:
            return Peer(self._stack, name, self._postgres, self._sinks["pipelined"], self._folder)
        except (ChildError, OSError, subprocess.CalledProcessError) as error:
            self.failed[name] = str(error)
            return None

    def _can(self, peer: Peer, do: Callable[[], object]) -> bool:
        """Whether it could; if not, `failed` says why."""
        try:
            do()
        except (ChildError, OSError) as error:
            self.failed[peer.name] = str(error)
            return False
        return True

    def _find_setting(self, peer: Peer) -> None:
        self.tried[peer.name] = peer.find_setting()

    def _child(self, module: str, *words: str) -> Child:
        """One that starts while others do."""
        return self._stack.enter_context(Child(module, *words, wait=False))

    def _note(self, name: str, used: dict[str, Any]) -> None:
        self.found.setdefault(name, []).append(used)

    def _ask(self, way: str, sink: str, letters: int) -> dict[str, Any]:
        """Let the sending process do one way, and compare with what the sink got."""
        data, port = str(self._folder / "letter"), self._sinks[sink].said["port"]
        asked = {"way": way, "letters": letters, "connections": CONNECTIONS, "port": port, "at": TUESDAY.isoformat()}
        if way == "reference":
            asked |= {"url": self._reference, "first": 1, "keep": data}
        else:
            asked |= {"data": data}
        self._sinks[sink].ask()
        used = self._sender.ask(**asked)
        got = self._sinks[sink].ask()
        expected = letters + used["warm"]
        if got["letters"] != expected or (way == "reference" and got["contents"] != expected):
            raise ChildError(f"{way} was to send {expected} letters; {got}")
        return got | used

    def _many(self, settings: dict[str, str], sinks: dict[str, Child]) -> Ours:
        """The distributed service with one worker."""
        made = self._made(self._postgres.url(self._postgres.fresh()), settings, sinks)
        made.start(self._stack, "scheduler")
        made.start(self._stack, "worker")
        return made

    def _one(self, name: str, settings: dict[str, str]) -> Ours:
        """The embedded service."""
        url = f"sqlite+aiosqlite:///{self._folder / f'{name}.sqlite3'}"
        made = self._made(url, {"maildir": str(self._folder), "tick": TICK, **settings}, self._near)
        made.start(self._stack, "up", "--port", "0")
        return made

    def _made(self, url: str, settings: dict[str, str], sinks: dict[str, Child]) -> Ours:
        size = self._size
        warm = 4 * WARM * (size.rounds * size.turns + 1)
        each = size.cpu * 2 * size.turns + size.far + size.far_two + size.rate if "far" in sinks else size.beside * 2
        warm += size.rate if "far" in sinks else 0
        made = Ours(url, sinks, size.rounds * each + warm, settings)
        made.prepare()
        return made

    def _prepare_reference(self) -> str:
        url = self._postgres.url(self._postgres.fresh())
        count = self._size.cpu + WARM

        async def work(unit: Any) -> None:
            scene = await set_scene(unit, {"pool": 25})
            await enroll(unit, scene, count)
            await make_due(unit, scene, "pool", (1, count), TUESDAY - timedelta(minutes=1))

        fill(url, work)
        return url

    def _warm_up(self) -> None:
        """Everything once, not counted: statements prepared, templates compiled, connections open; in each worker, too,
        as the peers have sent with each of their settings."""
        for sink in NEAR:
            for one in self.ours.values():
                one.send(sink, WARM)
        self.distributed.send("far", WARM)
        self.distributed.send("pipelined", self._size.rate)
        self._ask("reference", "pipelined", WARM)


def fitting(full: Size, had: Sequence[tuple[Size, float]]) -> Size:
    """What the next round may have: all of it, where this round and those that follow end in time if they take as long
    as the last one did, or would have with all of it. The first one, before which nothing is known, has less."""
    if full.within is None:
        return full
    if not had:
        return full.less()
    size, took = had[-1]
    left = full.within - sum(seconds for _, seconds in had)
    return full if (took if size == full else took / LESS) * (full.rounds - len(had)) <= left else full.less()


def slow_sinks(found: Found) -> dict[str, str]:
    """The ways for which the sink had more to do than who sent, and the CPU of both: what was measured is the sink."""
    slow = {}
    for name, rounds in found.items():
        sent = spread(one["cpu"] / one["count"] for one in rounds).value
        took = spread(one["sink_cpu"] / one["letters"] for one in rounds).value
        if took >= sent:
            slow[name] = f"the sink took {1000 * took:.3f} ms of CPU a letter, and who sent it {1000 * sent:.3f} ms"
    return slow


def _make_key(folder: Path) -> Path:
    """A folder with a key for the domain the bench's letters come from."""
    keys = Keyring(folder / "dkim")
    keys.make("seller.example", "bench")
    return keys.folder
