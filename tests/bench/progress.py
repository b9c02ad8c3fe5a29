"""Tells the person before the screen how far a long benchmark is; the figures alone go to stdout."""

import sys
import time

BEGAN = time.monotonic()


def tell(words: str) -> None:
    """One line, with the seconds since the start."""
    print(f"{time.monotonic() - BEGAN:6.0f} s  {words}", file=sys.stderr, flush=True)
