"""The peers, django-post-office and django-mailer, in their own environment at their fastest documented setting."""

import hashlib
import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from drip.catalog.letters import compile_letter, render
from drip.catalog.values import example_values
from tests.bench.child import ROOT, Child, ChildError
from tests.bench.servers import BenchPostgres

LOCK = Path(__file__).with_name("peers.txt")
# What their documentation offers: for django-post-office `send_queued_mail --processes` and THREADS_PER_PROCESS, with
# BATCH_SIZE 5000 and LOG_LEVEL 0; for django-mailer several `send_mail` at once, MAILER_USE_FILE_LOCK = False.
SETTINGS: dict[str, list[dict[str, int]]] = {
    "django-post-office": [
        {"processes": processes, "threads": threads} for processes, threads in ((1, 16), (2, 8), (2, 16))
    ],
    "django-mailer": [{"processes": processes} for processes in (1, 2)],
}
TRIAL = {"django-post-office": 200, "django-mailer": 50}  # letters, for finding the fastest setting
TRIALS = 2  # of each setting: a machine that stumbles in one of them is not to choose


def environment() -> Path:
    """The Python of the peers' environment below .venv, made when there is none for the locked versions."""
    folder = Path(sys.prefix) / "peers" / hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:16]
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print("installing django-post-office and django-mailer below .venv ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], check=True)
        _install(python)
        (folder / "ready").touch()
    return python


class Peer:
    """One of them, with a database and a queue of its own; it makes them while others are started."""

    def __init__(self, stack: ExitStack, name: str, postgres: BenchPostgres, sink: Child, folder: Path) -> None:
        self.name = name
        self.setting: dict[str, int] = {}
        self._sink = sink
        self._made = self._queued = 0  # letters, of all that were queued so far and of those that wait
        self._letter = folder / "letter.json"
        write_letter(self._letter)
        database = {"NAME": postgres.create(), "USER": "postgres", "HOST": "127.0.0.1", "PORT": str(postgres.port)}
        words = (name, json.dumps(database), str(sink.said["port"]))
        self._child = stack.enter_context(Child("tests.bench.django_peers", *words, python=environment(), wait=False))

    def wait(self) -> None:
        """Until it can be asked. Raises ChildError when it did not start."""
        assert self._child.said is not None

    def find_setting(self) -> dict[str, float]:
        """Try each documented setting, all of them by turns, and keep the fastest; letters a second of each at its
        best."""
        best: dict[str, float] = {}
        for setting in TRIALS * SETTINGS[self.name]:
            self.queue(TRIAL[self.name])
            run, name = self._send(setting), json.dumps(setting)
            best[name] = max(best.get(name, 0.0), run["count"] / run["wall"])
        self.setting = json.loads(max(best, key=lambda one: best[one]))
        return best

    def queue(self, letters: int) -> None:
        """Put letters into its queue."""
        self._child.ask(way="queue", letters=letters, letter=str(self._letter), first=self._made)
        self._made += letters
        self._queued += letters

    def send(self) -> dict[str, Any]:
        """Send what is in its queue; what the sink says, and CPU."""
        return self._send(self.setting)

    def _send(self, setting: dict[str, int]) -> dict[str, Any]:
        letters, self._queued = self._queued, 0
        self._sink.ask()
        used = self._child.ask(way="send", **setting)
        got = self._sink.ask()
        if (got["letters"], got["recipients"]) != (letters, letters):
            raise ChildError(f"{self.name} was to send {letters} letters, each to somebody else; {got}")
        return {"cpu": used["cpu"], "wall": used["wall"], "count": letters} | got


def write_letter(path: Path) -> None:
    """A starter letter with finished texts, as the peers keep it."""
    made = render(compile_letter(ROOT / "templates", "monthly-value/cost-of-downtime"), example_values())
    path.write_text(json.dumps({"subject": made.subject, "text": made.text, "html": made.html}), "utf-8")


def _install(python: Path) -> None:
    """Put the locked packages into the environment: by uv where `./run` fetched it, else by pip."""
    uv = Path(sys.prefix) / "boot" / "bin" / "uv"
    hashed = ["--require-hashes", "-r", str(LOCK)]
    by_uv = [str(uv), "pip", "install", "-q", "--python", str(python), *hashed]
    by_pip = [str(Path(sys.base_prefix) / "bin" / "python3"), "-m", "pip", "-q", "--python", str(python), "install"]
    for words in ([by_uv] if uv.exists() else []) + [[*by_pip, *hashed]]:
        if subprocess.run(words, check=False).returncode == 0:
            return
    raise ChildError("the peers could not be installed; the lines above say why. Is the network there?")
