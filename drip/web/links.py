"""The signed links a page is opened by, and those it offers beside it."""

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request

from drip.domain.errors import TokenError
from drip.domain.token import TEST_SEND, Link, LinkToken, link_url, read_link
from drip.web.desk import desk_of

_OFFERED = (
    Link.OPT_IN,
    Link.OPT_OUT,
    Link.LESS_OFTEN,
    Link.KEEP_OPEN,
    Link.CALL_ME,
    Link.CLOSE_FILE,
    Link.VIEW,
)


class OfTestLetterError(HTTPException):
    """The link came with a test letter: a page says what it is for, and nothing is changed."""

    def __init__(self, link: Link) -> None:
        super().__init__(200)
        self.link = link


def opened(request: Request, link: Link) -> LinkToken:
    """The token in the path, before anything is looked up.

    Raises HTTPException 404 for a cut or forged one, and for that of another link; OfTestLetterError.
    """
    try:
        token = read_link(desk_of(request).secret, request.path_params["token"])
    except TokenError:
        raise HTTPException(404) from None
    if token.link is not link:
        raise HTTPException(404)
    if token.send == TEST_SEND:
        raise OfTestLetterError(link)
    return token


def links_beside(request: Request, token: LinkToken) -> dict[str, str]:
    """The paths of the other pages for the same letter, by the link's code."""
    desk = desk_of(request)
    return {link.code: link_url(desk.prefix, desk.secret, replace(token, link=link, index=0)) for link in _OFFERED}
