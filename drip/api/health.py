"""Whether the service is alive: for whoever keeps it running."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from drip.domain.errors import DripError

Probe = Callable[[], Awaitable[None]]


def health_route(probe: Probe) -> Route:
    """GET /health: 200 {"state": "up"}, or 503 {"state": "down"} while `probe` raises a DripError."""

    async def health(_request: Request) -> Response:
        try:
            await probe()
        except DripError:
            return JSONResponse({"state": "down", "database": "unreachable"}, status_code=503)
        return JSONResponse({"state": "up", "database": "up"})

    return Route("/health", health)
