"""The plain pages for what cannot be done."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from drip.web.desk import desk_of
from drip.web.pages import page

_UNCHANGED = "Nothing was changed."
_PAGES = {
    404: (
        "This link does not work",
        "Perhaps an email program cut it in two. Please open the email again and use the link there.",
        _UNCHANGED,
    ),
    405: (
        "That is not possible here",
        "Please open the link in the email again and use the buttons on the page.",
        _UNCHANGED,
    ),
    413: ("That was too much", "The request was larger than anything a page here sends.", _UNCHANGED),
    500: (
        "Something went wrong here",
        "Please try again in a minute. If it stays like this, answer the email instead: a person reads it.",
    ),
    503: (
        "Please try again in a minute",
        "The service cannot look anything up just now. If it stays like this, answer the email: a person reads it.",
        _UNCHANGED,
    ),
}
_OTHERWISE = ("That did not work", "Please open the link in the email again.", _UNCHANGED)


def problem_page(request: Request, status: int) -> Response:
    """The page for an HTTP status, with the request's id for whoever is asked about it."""
    title, *lines = _PAGES.get(status, _OTHERWISE)
    return page(
        "problem",
        status=status,
        prefix=desk_of(request).prefix,
        title=title,
        lines=lines,
        request_id=request.state.request_id,
    )


async def show_problem(request: Request, error: Exception) -> Response:
    """What Starlette calls for an HTTPException: the page, and the headers of the error (Allow)."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = problem_page(request, status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response
