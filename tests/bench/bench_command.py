"""CPU of starting the command: `--help` and `simulate` against the bar of 0.5 s and an empty Python."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.small import Figures, main

BAR = 0.5
ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "tests" / "scenarios" / "opt-in-brings-the-recall-forward.toml"
COMMANDS = {
    "python": ["-c", ""],
    "help": ["-m", "drip", "--help"],
    "simulate": ["-m", "drip", "simulate", str(SCENARIO)],
}


def seconds(words: list[str]) -> float:
    """User and system seconds of one start."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(quick: bool) -> Figures:
    """CPU seconds of one start of each command: the median."""
    for words in COMMANDS.values():
        seconds(words)  # the first start compiles
    rounds = 3 if quick else 9
    return {f"{name}_s": statistics.median(seconds(words) for _ in range(rounds)) for name, words in COMMANDS.items()}


def say(found: Figures) -> str:
    return "\n".join(
        f"{name.removesuffix('_s'):9} {value:.3f} s CPU, {value / BAR:.2f} of the bar of {BAR} s"
        for name, value in found.items()
    )


if __name__ == "__main__":
    main(__doc__, measure, say)
