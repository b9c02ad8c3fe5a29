"""Start the embedded service as `drip up` does, and say so on a line."""

import sys

from drip.config import load_settings
from workers.run import Running, run


def ready(running: Running) -> None:
    """Tell the test."""
    sys.stdout.write(f"drip is up on port {running.port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run(load_settings(), ready)
