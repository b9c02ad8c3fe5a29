"""Run the benchmarks: `./run bench` the table of what the service must reach, `./run bench NAME` one small part."""

import subprocess
import sys
from pathlib import Path

PREFIX = "bench_"


def names() -> list[str]:
    """The benchmarks there are, without their prefix, in alphabetical order."""
    return sorted(path.stem.removeprefix(PREFIX) for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))


def main(arguments: list[str]) -> int:
    """The exit code of the benchmark; 2 when there is no such one."""
    wanted = arguments[0] if arguments and not arguments[0].startswith("-") else None
    if wanted is not None and wanted not in names():
        print(f"there is no benchmark {wanted}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    module = "whole" if wanted is None else f"{PREFIX}{wanted}"
    return subprocess.call([sys.executable, "-m", f"tests.bench.{module}", *arguments[wanted is not None :]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
