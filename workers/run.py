"""Run the embedded service until a signal ends it: what `drip up` does."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from drip.actions.rescue import Rescued
from drip.clock import Clock
from drip.config import Settings
from drip.store.engine import open_store
from drip.store.migrations import upgrade
from drip.wiring import Wired, find_clock, wire
from workers import log
from workers.embedded import Server, Service
from workers.hold import hold


@dataclass(frozen=True, slots=True)
class Running:
    """What a person wants to know once the service runs."""

    service: Service
    port: int
    rescued: Rescued


def run(
    settings: Settings,
    ready: Callable[[Running], None],
    web: Callable[[Wired], tuple[Server, socket.socket]],
    clock: Clock | None = None,
) -> None:
    """Run the whole service in this process until SIGTERM or SIGINT; the database is made if need be.

    `web` opens the web server and the socket it listens on. `clock` is business time: by default the
    one kept in the database, else the host's. `ready` is called once everything runs. Raises HeldError
    when another process has the database, StoreError when it cannot be used, and what `web` raises.
    """
    log.set_up(settings.log)
    with hold(settings.database_file):
        asyncio.run(upgrade(settings.database_url))
        wired = wire(settings, clock or asyncio.run(_find_clock(settings)))
        server, listening = web(wired)
        service = Service(wired)
        with _signals() as signals:
            try:
                rescued = service.start(server, [listening])
                ready(Running(service, listening.getsockname()[1], rescued))
                signals.recv(1)
            finally:
                service.stop()
                listening.close()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket with a byte for each SIGTERM and SIGINT. A signal may come to any of our threads: one that waited for
    a lock here would not hear of it."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)
    before = signal.set_wakeup_fd(told.fileno())
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(before)
        heard.close()
        told.close()


async def _find_clock(settings: Settings) -> Clock:
    store = open_store(settings.database_url)
    try:
        return await find_clock(store)
    finally:
        await store.close()
