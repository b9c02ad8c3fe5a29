"""CPU of sending a letter that is already planned: ours on PostgreSQL and SQLite, our wire alone, and aiosmtplib.

`--only reference,postgresql` runs some of them, `--letters 2000 --rounds 1` makes it quick, `--before "COMMAND"` puts a
profiler before the process that sends (see senders.py).
"""

import argparse
import json
import shlex
import shutil
import statistics
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.bench.child import Child
from tests.bench.crowd import TUESDAY, Scene, enroll, make_due, set_scene
from tests.bench.servers import BenchPostgres, durable_postgres, fill

WAYS = ("reference", "aiosmtplib", "sqlite", "postgresql")
SINKS = {"pipelined": ["--pipelining"], "plain": []}
WARM = 64  # letters of a warm-up
LATER = TUESDAY + timedelta(hours=1)


class Field:
    """Everything one run needs: sinks, sending process, and a prepared database of each kind."""

    def __init__(self, stack: ExitStack, letters: int, before: tuple[str, ...]) -> None:
        self.letters = letters
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drip-bench-")))
        self.sinks = {name: stack.enter_context(Child("tests.bench.sink", *words)) for name, words in SINKS.items()}
        self.sender = stack.enter_context(Child("tests.bench.senders", before=before))
        self.postgres: BenchPostgres = stack.enter_context(durable_postgres())
        self.template = self.postgres.fresh()
        self.scene = self._fill(self.postgres.url(self.template))
        self._fill(f"sqlite+aiosqlite:///{self.folder / 'template.sqlite3'}")

    def _fill(self, url: str) -> Scene:
        ports = {name: sink.said["port"] for name, sink in self.sinks.items()}
        made: list[Scene] = []

        async def work(unit: Any) -> None:
            scene = await set_scene(unit, ports)
            await enroll(unit, scene, WARM + self.letters)
            box = next(iter(ports))
            await make_due(unit, scene, box, (1, WARM), TUESDAY)
            await make_due(unit, scene, box, (WARM + 1, WARM + self.letters), LATER)
            made.append(scene)

        fill(url, work)
        return made[0]

    def run(self, way: str, sink: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """One round of one way to one sink; its figures. Raises ChildError when letters are missing."""
        port = self.sinks[sink].said["port"]
        asked: dict[str, Any] = {"way": way, "letters": self.letters, "connections": 16, "port": port}
        asked |= {"at": LATER.isoformat(), "warm_at": TUESDAY.isoformat(), "settings": dict(settings)}
        fixed = str(self.folder / "letter")
        self.sinks[sink].ask()
        if way == "aiosmtplib":
            used = self.sender.ask(**asked, data=fixed)
        elif way == "reference":
            url = self.postgres.url(self.template)
            used = self.sender.ask(**asked, url=url, first=1, keep=fixed)
        else:
            used = self._run_ours(way, sink, asked)
        return used | self._check(way, sink, used)

    def _run_ours(self, kind: str, sink: str, asked: dict[str, Any]) -> dict[str, Any]:
        box = self.scene.mailboxes[sink]
        if kind == "postgresql":
            name = self.postgres.create(self.template)
            url = self.postgres.url(name)
        else:
            path = self.folder / "round.sqlite3"
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            shutil.copy(self.folder / "template.sqlite3", path)
            url = f"sqlite+aiosqlite:///{path}"
        move_letters(url, box)
        try:
            return self.sender.ask(**asked | {"way": "ours"}, url=url, mailbox=box)
        finally:
            if kind == "postgresql":
                self.postgres.drop(name)

    def _check(self, way: str, sink: str, used: Mapping[str, Any]) -> dict[str, Any]:
        """Did the sink get every letter, each another one?"""
        got = self.sinks[sink].ask()
        expected = self.letters + used.get("warm", 0)
        distinct = 1 if way == "aiosmtplib" else expected
        if (got["letters"], got["contents"]) != (expected, distinct):
            raise SystemExit(f"{way} to the {sink} sink: {expected} letters were to come, {got} came")
        return {"kilobytes": got["octets"] / got["letters"] / 1000}


def move_letters(url: str, mailbox_id: int) -> None:
    """Let all letters go by one mailbox."""
    from sqlalchemy import text

    async def work(unit: Any) -> None:
        await unit.run(text("UPDATE sends SET mailbox_id = :box"), {"box": mailbox_id})

    fill(url, work)


def measure(field: Field, ways: list[str], rounds: int, settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """CPU milliseconds and letters a second of each way to each sink: median, least and most."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for way in ways:
            for sink in SINKS:
                if (way, sink) != ("aiosmtplib", "plain"):
                    found.setdefault(f"{way} {sink}", []).append(field.run(way, sink, settings))
    return {name: summed(runs) for name, runs in found.items()}


def summed(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of the rounds, and their spread."""
    cpu = [1000 * run["cpu"] / run["count"] for run in runs]
    rate = [run["count"] / run["wall"] for run in runs]
    return {
        "cpu_ms": statistics.median(cpu),
        "cpu_ms_least": min(cpu),
        "cpu_ms_most": max(cpu),
        "per_s": statistics.median(rate),
        "kilobytes": runs[0]["kilobytes"],
    }


def main() -> None:
    """Print the figures, as lines for people or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--letters", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(WAYS))
    parser.add_argument("--batch", type=int)
    parser.add_argument("--before", default="")
    options = parser.parse_args()
    letters = options.letters or (1000 if options.quick else 4000)
    named = set(options.only.split(","))
    wanted = [way for way in WAYS if way in named or (way == "reference" and "aiosmtplib" in named)]
    settings = {"batch": options.batch} if options.batch else {}
    with ExitStack() as stack:
        found = measure(Field(stack, letters, tuple(shlex.split(options.before))), wanted, options.rounds, settings)
    if options.json:
        print(json.dumps(found))
        return
    for name, one in found.items():
        print(
            "{:22} {cpu_ms:6.3f} ms CPU a letter ({cpu_ms_least:.3f} to {cpu_ms_most:.3f}), {per_s:6,.0f} letters/s, "
            "{kilobytes:.1f} kB".format(name, **one)
        )


if __name__ == "__main__":
    main()
