"""Ties the life of a child process to ours, so that nothing stays behind when a test run is killed."""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # prctl(2)


def dies_with_parent(last_signal: signal.Signals) -> Callable[[], None] | None:
    """What the child runs before exec so that the kernel ends it when we die; None where the kernel cannot (macOS)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    number = int(last_signal)

    def ask_the_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return ask_the_kernel
