"""What every small benchmark has: `--quick`, `--json`, and rates of one core as a median with its spread."""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping

Figures = Mapping[str, float]


def main(about: str | None, measure: Callable[[bool], Figures], say: Callable[[Figures], str]) -> None:
    """Print what `measure`, told whether to be quick, found: as `say` puts it for people, or as JSON."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    options = parser.parse_args()
    found = measure(options.quick)
    print(json.dumps(found) if options.json else say(found))


def per_second(work: Callable[[], int]) -> float:
    """How many a second of CPU: `work` says how many it did."""
    began = time.process_time()
    return work() / (time.process_time() - began)


def judged(rates: list[float], name: str, bar: float) -> dict[str, float]:
    """The median of `rates` under `name`, their least and most, and how often the bar that is."""
    middle = statistics.median(rates)
    return {name: middle, "least": min(rates), "most": max(rates), "over_bar": middle / bar}
