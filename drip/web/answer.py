"""A page for the person behind a link, with the links beside it."""

from starlette.requests import Request
from starlette.responses import Response

from drip.domain.token import LinkToken
from drip.web.desk import desk_of
from drip.web.links import links_beside
from drip.web.pages import page
from drip.web.visitor import Visitor


def answer_page(request: Request, token: LinkToken, visitor: Visitor, template: str, **values: object) -> Response:
    """Render a template that shows `visitor`; always 200, never a redirect (RFC 8058 section 3.1)."""
    shown = {"visitor": visitor, "links": links_beside(request, token), **values}
    return page(template, shown, prefix=desk_of(request).prefix)
