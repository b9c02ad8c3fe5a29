"""The whole benchmark: the table of what the service must reach, measured in one run.

`./run bench` takes long, `./run bench --quick` some minutes; `--json` prints an object,
`--only tick,intake` takes only those parts. The exit code is 1 where a figure is missed or could not be taken.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.intake import Intake
from tests.bench.ours import CONNECTIONS
from tests.bench.peers import SETTINGS
from tests.bench.progress import tell
from tests.bench.sending import Sending, Size, slow_sinks
from tests.bench.servers import DURABLE, FOR_LOADS, BenchPostgres, durable_postgres
from tests.bench.standing import Standing
from tests.bench.table import EVERY, Spread, all_hold, as_json, lines, spread
from tests.bench.tick import measure, towns
from tests.servers import nest

ROUNDS = 5
QUICK = Size(cpu=400, beside=120, rate=1800, far=600, far_two=1200, turns=2, within=90)
FULL = Size(cpu=3000, beside=1500, rate=6000, far=2400, far_two=4800, rounds=7)


@dataclass(slots=True)
class Run:
    """What is shared by the parts, and what they found."""

    quick: bool
    postgres: BenchPostgres
    folder: Path
    figures: dict[str, Spread] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def do(self, name: str, part: Callable[["Run"], None]) -> None:
        """One part; what it cannot do is told, and the others go on."""
        began = time.monotonic()
        try:
            part(self)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is told in the end
            traceback.print_exc()
            self.failed[name] = f"{type(error).__name__}: {error}"
        self.raw[f"{name}_took_s"] = round(time.monotonic() - began, 1)
        tell(f"{name} took {self.raw[f'{name}_took_s']} s")


def sending(run: Run) -> None:
    """Letters that are planned already."""
    size = QUICK if run.quick else FULL
    tell("sending: start everything, and find the fastest setting of each peer")
    with ExitStack() as stack:
        senders = Sending(stack, run.postgres, run.folder, size)
        for number in range(1, size.rounds + 1):
            tell(f"sending: round {number} of {size.rounds}")
            senders.round(number)
        run.figures |= senders.figures()
        run.failed |= senders.failed | slow_sinks(senders.found)
    run.raw["sending"] = {name: [_short(one) for one in rounds] for name, rounds in senders.found.items()}
    chosen = {peer.name: peer.setting for peer in senders.peers}
    run.raw["rounds"] = [asdict(size) | {"took_s": round(took, 1)} for size, took in senders.rounds]
    run.raw["peers"] = {"tried_per_s": senders.tried, "chosen": chosen, "documented": SETTINGS}


def ticking(run: Run) -> None:
    """The scheduler; and, since a million are enrolled now, the service at rest."""
    small, large = towns(run.postgres)
    found, run.raw["tick"] = measure(small, large)
    run.figures |= found
    tell("tick: the service with all of them, at rest; then under light load")
    with ExitStack() as stack:
        standing = Standing(stack, large, run.folder)
        run.figures["idle_cpu"], run.raw["idle_cpu_of_each"] = standing.idle(5, 1.6 if run.quick else 12.0)
        run.figures["due_to_wire_p95_s"], run.raw["due_to_wire_s"] = standing.due_to_wire(24 if run.quick else 200)
    for town in (large, small):  # else its pages would be written to the disk while people are taken in
        run.postgres.drop(town.name)


def intake(run: Run) -> None:
    """Importing and enrolling."""
    rows, enrolled = (30_000, 3_000) if run.quick else (1_000_000, 100_000)
    tell(f"intake: write a list of {rows:,} rows, and the people of whom {enrolled:,} will be enrolled")
    found, run.raw["intake"] = Intake(run.postgres, run.folder, rows, enrolled, ROUNDS).measure()
    run.figures |= found


PARTS: dict[str, Callable[[Run], None]] = {"sending": sending, "tick": ticking, "intake": intake}
OF_TICK = ("tick_1m_vs_10k", "tick_old_snapshot", "plan_per_s", "due_to_wire_p95_s", "idle_cpu")
OF_INTAKE = ("import_per_s", "import_mb", "enroll_per_s")
KEYS = {
    "sending": tuple(key for key in EVERY if key not in (*OF_TICK, *OF_INTAKE)),
    "tick": OF_TICK,
    "intake": OF_INTAKE,
}


def main() -> int:
    """Print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer letters, rows, seconds and rounds")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, such as tick,intake")
    options = parser.parse_args()
    parts = [name for name in PARTS if name in options.only.split(",")]
    wanted = [key for name in parts for key in KEYS[name]]
    began = time.monotonic()
    if {"sending", "tick"} & set(parts):
        nest.begin()
    with durable_postgres() as postgres, tempfile.TemporaryDirectory(prefix="drip-bench-") as folder:
        run = Run(options.quick, postgres, Path(folder))
        for name in parts:
            run.do(name, PARTS[name])
    run.raw["surroundings"] = _surroundings() | {"took_s": round(time.monotonic() - began, 1)}
    if options.json:
        print(json.dumps(as_json(run.figures, wanted) | {"raw": run.raw, "failed": run.failed}))
    else:
        print("\n".join([*lines(run.figures, wanted), "", *_beside(run)]))
    return 0 if all_hold(run.figures, wanted) and not run.failed else 1


def _short(one: dict[str, Any]) -> dict[str, float]:
    """A round in a few figures. Letters a second: from the order to the last record; from the first to the
    last letter at the sink; and of these the middle half."""
    milliseconds = round(1000 * one["cpu"] / one["count"], 4)
    sink = round(1000 * one["sink_cpu"] / one["letters"], 4)
    return {
        "cpu_ms": milliseconds,
        "sink_cpu_ms": sink,
        "per_s": round(one["count"] / one["wall"], 1),
        "at_sink_per_s": round(one["per_s"], 1),
        "steady_per_s": round(one["steady_per_s"], 1),
    }


def _surroundings() -> dict[str, Any]:
    settings = {**DURABLE, **FOR_LOADS, "connections": CONNECTIONS}
    return {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg(), **settings}


def _beside(run: Run) -> list[str]:
    """What stands beside the table, without a bar."""
    shown = []
    if "sending" in run.raw:
        shown.append(f"{'a letter':32} {'CPU in ms':>10}  {'least .. most':18} {'letters/s':>10}  least .. most")
    for name, rounds in run.raw.get("sending", {}).items():
        cpu, rate = (spread(one[key] for one in rounds) for key in ("cpu_ms", "per_s"))
        between = f"{cpu.least:.3f} .. {cpu.most:.3f}"
        noise = f"{rate.least:,.0f} .. {rate.most:,.0f}"
        shown.append(f"{name:32} {cpu.value:10.3f}  {between:18} {rate.value:10,.0f}  {noise}")
    rounds = run.raw.get("rounds", [])
    if rounds:
        turns = " ".join(str(one["turns"]) for one in rounds)
        shown.append(f"turns of the ways whose CPU is compared, round by round: {turns}")
    for name, setting in run.raw.get("peers", {}).get("chosen", {}).items():
        shown.append(f"{name} ran with {_said(setting)}; tried: {'; '.join(_said(one) for one in SETTINGS[name])}")
    shown += [f"{name} could not be measured: {why}" for name, why in run.failed.items()]
    return shown


def _said(setting: dict[str, int]) -> str:
    """A setting as people read it: 2 processes, 8 threads each."""
    threads = f", {setting['threads']} threads each" if "threads" in setting else ""
    return f"{setting['processes']} process{'es' if setting['processes'] > 1 else ''}{threads}"


if __name__ == "__main__":
    sys.exit(main())
