"""The letter in a browser, rendered again from the values it was first written with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from drip.catalog.letters import CompiledLetter, render
from drip.domain.token import Link, LinkToken, link_url
from drip.store import letters
from drip.web.desk import Desk, desk_of
from drip.web.find import find_letter
from drip.web.links import opened
from drip.web.visit import count_visit

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


class View(HTTPEndpoint):
    """GET shows the letter's own HTML; no script runs in it, and nothing is loaded but pictures."""

    async def get(self, request: Request) -> Response:
        """The letter as it was sent. Counts a visit, changes nothing else."""
        token = opened(request, Link.VIEW)
        await count_visit(request, token)
        desk = desk_of(request)
        async with desk.store.glance() as unit:
            letter = await find_letter(unit, token)
            if letter.letter_values is None:
                raise HTTPException(404)
            source = await letters.source(unit, letter.version_id, letter.step_key)
        compiled = CompiledLetter(source.subject, source.html, source.text)
        html = render(compiled, _values(desk, token, dict(letter.letter_values))).html
        return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})


def _values(desk: Desk, token: LinkToken, kept: dict[str, Any]) -> dict[str, Any]:
    """The values of the letter with its links signed again: the same signatures as in the mail."""
    number = count()

    def to(_address: str) -> str:
        return url(replace(token, link=Link.TO, index=next(number)))

    def url(link: LinkToken) -> str:
        return link_url(kept["public_url"], desk.secret, link)

    links: dict[str, str | Callable[[str], str]] = {"to": to}
    links |= {link.code: url(replace(token, link=link)) for link in Link if link is not Link.TO}
    recall, enrollment = kept["recall"], kept["enrollment"]
    return kept | {
        "enrollment": enrollment | {"enrolled_on": date.fromisoformat(enrollment["enrolled_on"])},
        "recall": recall | {"on": date.fromisoformat(recall["on"]) if recall["on"] else None},
        "links": links,
    }
