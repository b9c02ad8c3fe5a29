"""CPU of starting the command: `--help` and `simulate` against the bar of 0.5 s and an empty Python."""

import argparse
import json
import resource
import statistics
import subprocess
import sys
from pathlib import Path

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


def main() -> None:
    """Print the figures, as lines for people or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rounds = 3 if options.quick else 9
    for words in COMMANDS.values():
        seconds(words)  # the first start compiles
    found = {name: statistics.median(seconds(words) for _ in range(rounds)) for name, words in COMMANDS.items()}
    if options.json:
        print(json.dumps({f"{name}_s": value for name, value in found.items()}))
        return
    for name, value in found.items():
        print(f"{name:9} {value:.3f} s CPU, {value / BAR:.2f} of the bar of {BAR} s")


if __name__ == "__main__":
    main()
