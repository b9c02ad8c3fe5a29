"""The web server of a process: the pages for people and the JSON for programs, mounted together."""

import asyncio
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from drip.api.events import PATH as EVENTS
from drip.api.events import Events, Intake
from drip.api.health import health_route
from drip.api.signature import valid_keys
from drip.clock import SystemClock
from drip.config import SettingsError
from drip.store import business_time
from drip.store.failures import StoreError
from drip.web.app import make_app as make_pages
from drip.web.desk import Desk
from drip.wiring import Wired

LOOK_EVERY = 0.5  # seconds; also how exact the Date of an answer is


def make_app(desk: Desk, more: Sequence[BaseRoute] = (), *, events_key: int = 1) -> ASGIApp:
    """An ASGI application on the store, clock and secret of `desk`, with `more` routes beside. `events_key` is the
    number of the key that events are signed with."""

    async def probe() -> None:
        async with desk.store.glance() as unit:
            await business_time.read(unit)

    pages = make_pages(desk, more=[health_route(probe), *more])
    keys = valid_keys(desk.secret, events_key)
    events = Events(Intake(desk.store, desk.clock.now, SystemClock().now, desk.secret, keys))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        """Events are no page: they may be larger, and programs read what is wrong with them."""
        is_event = scope["type"] == "http" and scope["path"] == EVENTS
        await (events if is_event else pages)(scope, receive, send)

    return app


def make_server(wired: Wired, more: Sequence[BaseRoute] = (), *, alone: bool = True) -> uvicorn.Server:
    """The server of a process: `await serve(sockets=[...])` runs it, and `should_exit` ends it.

    Not `alone`: other processes may move a controlled clock, so each request asks where it stands.
    """
    desk = Desk(wired.store, wired.clock, wired.secret, wired.settings.public_url)
    app = make_app(desk, more, events_key=wired.settings.events_key)
    config = uvicorn.Config(
        app if alone else _in_time(app, wired),
        log_level=wired.settings.log,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return _QuietServer(config)


def open_web(wired: Wired) -> tuple[uvicorn.Server, socket.socket]:
    """The server of a process and the socket it listens on. Raises SettingsError when the port is taken."""
    return make_server(wired), listen(wired.settings.host, wired.settings.port)


async def serve_until_signal(wired: Wired, ready: Callable[[int], None]) -> None:
    """Serve in this process, beside any number of others, until SIGTERM or SIGINT; requests that have begun
    get two seconds. `ready` is called with the port. Raises SettingsError when the port is taken."""
    listening = listen(wired.settings.host, wired.settings.port)
    server = make_server(wired, alone=False)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: None)  # uvicorn heeds it, and raises it again for us at its end
    try:
        ready(listening.getsockname()[1])
        await server.serve(sockets=[listening])
    finally:
        listening.close()
        await wired.close()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is one the host picks. Raises SettingsError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(256)
    except OSError as error:
        found.close()
        raise SettingsError(
            f"Nobody can be served on {host} port {port}: {error.strerror}. Set DRIP_HOST and DRIP_PORT "
            "to an address of this machine that is free."
        ) from error
    return found


class _QuietServer(uvicorn.Server):
    """uvicorn's server, which looks less often whether it shall end: idle, that is all it does."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # noqa: ASYNC110 - uvicorn sets a flag, not an event
            await asyncio.sleep(LOOK_EVERY)


def _in_time(app: ASGIApp, wired: Wired) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(StoreError):  # the page says so itself
            await wired.catch_up()
        await app(scope, receive, send)

    return answer
