"""The counted link to a page of the letter's choice: count the visit, lead on."""

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from drip.domain.token import Link
from drip.web.links import opened
from drip.web.visit import count_visit


class ValueLink(HTTPEndpoint):
    """GET leads to an address stored with the letter, and to no other."""

    async def get(self, request: Request) -> Response:
        """Redirect (302). Raises HTTPException 404 when the letter has no such address."""
        visit = await count_visit(request, opened(request, Link.TO))
        if visit.destination is None or not visit.destination.startswith(("https://", "http://")):
            raise HTTPException(404)
        return RedirectResponse(visit.destination, status_code=302)
