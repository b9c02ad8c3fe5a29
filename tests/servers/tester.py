"""One process of xdist: what is started asks for a fork of the Python that has read the tests, and ends with it."""

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ask(door: str) -> int:
    """The exit code of the fork; it has our streams and surroundings."""
    from tests.servers.nest import Warm, behind

    fork = Warm(["-u", "-m", "tests.servers.tester"], os.environ, Path.cwd(), [0, 1, 2], behind(door))
    return fork.wait()


if __name__ == "__main__":
    if sys.argv[1:]:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
        sys.path.insert(0, str(ROOT))
        sys.exit(ask(sys.argv[1]))
    exec(eval(sys.stdin.readline()))  # noqa: S307 - how execnet tells a Python to be what it wants
