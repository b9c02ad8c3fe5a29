"""The plain pages for what cannot be done."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.whose import NotFoundError
from drip.domain.token import Link
from drip.web.desk import desk_of
from drip.web.links import OfTestLetterError
from drip.web.pages import page

_UNCHANGED = "Nothing was changed."
_PAGES = {
    404: (
        "This link does not work",
        "Perhaps an email program cut it in two. Please open the email again and use the link there.",
        "To stop the emails you can also answer one of them with the word “stop”.",
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
_TELL = "If it stays like this, tell whoever looks after the service."
_FOR_REPS = {
    404: (
        "This link does not work",
        "Perhaps an email program cut it in two, or it was renewed.",
        "The newest mail about your calls has links that work.",
        _UNCHANGED,
    ),
    500: ("Something went wrong here", f"Please try again in a minute. {_TELL}"),
    503: ("Please try again in a minute", f"The service cannot look anything up just now. {_TELL}", _UNCHANGED),
}
_REPS = re.compile("/[ri]/")  # where a rep's calls and calendars are; a token has no slash
_IN_A_REAL_LETTER = {
    Link.OPT_IN: "says yes to these letters",
    Link.OPT_OUT: "stops these letters; the button of the mail program does so at once",
    Link.LESS_OFTEN: "gets fewer of these letters",
    Link.KEEP_OPEN: "keeps the file open",
    Link.CALL_ME: "asks for a call",
    Link.CLOSE_FILE: "closes the file",
    Link.VIEW: "sees the letter in the browser",
}
_OTHERWISE = ("That did not work", "Please open the link in the email again.", _UNCHANGED)


def problem_page(request: Request, status: int) -> Response:
    """The page for an HTTP status, with the request's id for whoever is asked about it; a rep is told otherwise."""
    pages = _PAGES | _FOR_REPS if _REPS.search(request.url.path) else _PAGES
    title, *lines = pages.get(status, _OTHERWISE)
    values = {"title": title, "lines": lines, "request_id": request.state.request_id}
    return page("problem", values, status=status, prefix=desk_of(request).prefix)


def test_letter_page(request: Request, link: Link) -> Response:
    """The page behind every link of a test letter: what the link does in a real one. It is no problem: 200."""
    does = _IN_A_REAL_LETTER.get(link, "is led on")
    lines = (f"In a real letter this is where a prospect {does}.", _UNCHANGED)
    values = {"title": "This was a test letter", "lines": lines, "request_id": ""}
    return page("problem", values, prefix=desk_of(request).prefix)


async def show_problem(request: Request, error: Exception) -> Response:
    """What is shown for an error a page raised: an HTTPException's own status, or what ours mean."""
    if isinstance(error, OfTestLetterError):
        return test_letter_page(request, error.link)
    if not isinstance(error, HTTPException):
        return problem_page(request, 404 if isinstance(error, NotFoundError) else 503)
    response = problem_page(request, error.status_code)
    response.headers.update(error.headers or {})
    return response
