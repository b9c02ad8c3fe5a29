"""Run the embedded service until a signal ends it: what `drip up` does."""

import asyncio
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from drip.actions.rescue import Rescued
from drip.clock import Clock
from drip.config import Settings
from drip.serve import listen, make_server
from drip.store.engine import open_store
from drip.store.migrations import upgrade
from drip.wiring import find_clock, wire
from workers import log
from workers.embedded import Service
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
    *,
    clock: Clock | None = None,
    more: Sequence[BaseRoute] = (),
) -> None:
    """Run the whole service in this process until SIGTERM or SIGINT; the database is made if need be.

    `clock` is business time: by default the one kept in the database, else the host's. `ready` is
    called once everything runs. Raises HeldError when another process has the database,
    SettingsError when the port is taken, StoreError when the database cannot be used.
    """
    stop = threading.Event()
    log.set_up(settings.log)
    with hold(settings.database_file):
        asyncio.run(upgrade(settings.database_url))
        found = listen(settings.host, settings.port)
        wired = wire(settings, clock or asyncio.run(_find_clock(settings)))
        service = Service(wired)
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: stop.set())
        rescued = service.start(make_server(wired, more), [found])
        try:
            ready(Running(service, found.getsockname()[1], rescued))
            stop.wait()
        finally:
            service.stop()
            found.close()


async def _find_clock(settings: Settings) -> Clock:
    store = open_store(settings.database_url)
    try:
        return await find_clock(store)
    finally:
        await store.close()
