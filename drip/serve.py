"""The web server's application: the pages for people and the JSON for programs, mounted together."""

from starlette.applications import Starlette

from drip.api.health import health_route
from drip.store import business_time
from drip.web.app import make_app as make_pages
from drip.web.desk import Desk


def make_app(desk: Desk) -> Starlette:
    """An ASGI application on the store, clock and secret of `desk`."""

    async def probe() -> None:
        async with desk.store.reading() as unit:
            await business_time.read(unit)

    return make_pages(desk, more=[health_route(probe)])
