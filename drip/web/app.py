"""The public pages as one application: which address is answered by what."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from drip.actions.whose import NotFoundError
from drip.domain.token import Link
from drip.store.failures import StoreBusyError, StoreUnreachableError
from drip.web.closing import CallMe, CloseFile, KeepOpen
from drip.web.desk import Desk, desk_of
from drip.web.feed import Feed
from drip.web.guard import Guard
from drip.web.less_often import LessOften
from drip.web.opt_in import OptIn
from drip.web.opt_out import OptOut
from drip.web.pages import STYLESHEET, page, stylesheet_path
from drip.web.problems import show_problem
from drip.web.recall.pages import OutcomePage, RecallPage, ResolvePage
from drip.web.recall.suggested import SuggestedPage
from drip.web.value_link import ValueLink
from drip.web.view import View

_ENDPOINTS: dict[Link, type[HTTPEndpoint]] = {
    Link.OPT_IN: OptIn,
    Link.OPT_OUT: OptOut,
    Link.LESS_OFTEN: LessOften,
    Link.KEEP_OPEN: KeepOpen,
    Link.CALL_ME: CallMe,
    Link.CLOSE_FILE: CloseFile,
    Link.VIEW: View,
    Link.TO: ValueLink,
}
_SHOWN = (HTTPException, NotFoundError, StoreBusyError, StoreUnreachableError)
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def make_app(desk: Desk, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application a server runs: the pages, and `more` routes beside them."""
    app = Starlette(
        routes=[*make_routes(), *more],
        middleware=[Middleware(Guard)],
        exception_handlers=dict.fromkeys(_SHOWN, show_problem),
    )
    app.state.desk = desk
    return app


def make_routes() -> list[BaseRoute]:
    """The pages of the links in letters and in a rep's mails, the style sheet, and a few words for who has none."""
    links = [Route(f"/{link.path}/{{token}}", endpoint) for link, endpoint in _ENDPOINTS.items()]
    return [
        *links,
        Route("/i/{token}.ics", Feed),
        Route("/r/{token}", RecallPage),
        Route("/r/{token}/resolve", ResolvePage),
        Route("/r/{token}/suggested", SuggestedPage),
        Route("/r/{token}/{outcome}", OutcomePage),
        Route(stylesheet_path(), _stylesheet),
        Route("/robots.txt", _robots),
        Route("/", _home),
    ]


async def _stylesheet(_request: Request) -> Response:
    return FileResponse(STYLESHEET, media_type="text/css", headers=_FOR_EVER)


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _home(request: Request) -> Response:
    return page("home", {}, prefix=desk_of(request).prefix)
