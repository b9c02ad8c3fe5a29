"""Blocking work in a thread of its own, which no process waits for when it ends."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """What `work` returns or raises. It goes on when we are cancelled, and ends with the process at the latest; the
    threads that look up names for SMTP are left to those."""
    done: Future[T] = Future()
    threading.Thread(target=_run, args=(work, done), name="drip apart", daemon=True).start()
    return await asyncio.wrap_future(done)


def _run(work: Callable[[], T], done: Future[T]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        found = work()
    except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
        done.set_exception(error)
    else:
        done.set_result(found)
