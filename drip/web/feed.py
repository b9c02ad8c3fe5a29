"""A rep's private calendar: the calls that are owed, for a calendar program to subscribe to (RFC 5545)."""

import asyncio
import hashlib

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.agenda import Agenda, agenda
from drip.actions.link_recalls import Signing
from drip.domain.errors import TokenError
from drip.domain.rep_links import read_feed
from drip.outbound.ics import PRODUCT, TYPE, write_feed
from drip.web.desk import desk_of


class Feed(HTTPEndpoint):
    """GET gives the calendar, or that it is the one the program has already (RFC 9110 section 13.1.2)."""

    async def get(self, request: Request) -> Response:
        """The calendar. A forged address, one that was renewed and one of nobody are the same 404."""
        desk = desk_of(request)
        try:
            token = read_feed(desk.secret, request.path_params["token"])
        except TokenError:
            raise HTTPException(404) from None
        found = await agenda(desk.store, Signing(desk.public_url, desk.secret), token, desk.clock.now())
        if found is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "private, no-cache", "ETag": _etag(found)}
        if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        content = await asyncio.to_thread(write_feed, f"Calls of {found.name}", found.events)
        headers["Content-Disposition"] = 'inline; filename="calls.ics"'
        return Response(content, media_type=TYPE, headers=headers)


def _etag(found: Agenda) -> str:
    """The same for the same calendar; known before it is written."""
    return f'"{hashlib.sha256(f"{PRODUCT}{found!r}".encode()).hexdigest()[:32]}"'


def _is_known(given: str, etag: str) -> bool:
    """Whether If-None-Match names this answer, by weak comparison (RFC 9110 section 8.8.3.2)."""
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return etag in known or "*" in known
