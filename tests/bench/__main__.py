"""Run the benchmarks: `./run bench` all of them, `./run bench NAME [options]` one; each in a process of its own."""

import subprocess
import sys
from pathlib import Path

PREFIX = "bench_"


def names() -> list[str]:
    """The benchmarks there are, without their prefix, in alphabetical order."""
    return sorted(path.stem.removeprefix(PREFIX) for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))


def run(name: str, options: list[str]) -> int:
    """The exit code of one benchmark."""
    return subprocess.call([sys.executable, "-m", f"tests.bench.{PREFIX}{name}", *options])


def main(arguments: list[str]) -> int:
    """The first exit code that is not 0; 2 when there is no such benchmark."""
    wanted = [word for word in arguments if not word.startswith("-")][:1]
    if wanted and wanted[0] not in names():
        print(f"there is no benchmark {wanted[0]}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    options = [word for word in arguments if word not in wanted]
    codes = [run(name, options) for name in wanted or names()]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
