"""The web server of a process: the pages for people and the JSON for programs, mounted together."""

import socket
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from drip.api.health import health_route
from drip.config import SettingsError
from drip.store import business_time
from drip.web.app import make_app as make_pages
from drip.web.desk import Desk
from drip.wiring import Wired


def make_app(desk: Desk, more: Sequence[BaseRoute] = ()) -> Starlette:
    """An ASGI application on the store, clock and secret of `desk`, with `more` routes beside."""

    async def probe() -> None:
        async with desk.store.glance() as unit:
            await business_time.read(unit)

    return make_pages(desk, more=[health_route(probe), *more])


def make_server(wired: Wired, more: Sequence[BaseRoute] = ()) -> uvicorn.Server:
    """The server of a process: `await serve(sockets=[...])` runs it, and `should_exit` ends it."""
    desk = Desk(wired.store, wired.clock, wired.secret, wired.settings.public_url)
    config = uvicorn.Config(
        make_app(desk, more),
        log_level=wired.settings.log,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def open_web(wired: Wired) -> tuple[uvicorn.Server, socket.socket]:
    """The server of a process and the socket it listens on. Raises SettingsError when the port is taken."""
    return make_server(wired), listen(wired.settings.host, wired.settings.port)


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
