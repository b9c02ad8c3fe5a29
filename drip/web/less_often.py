"""The page of the less-often link: fewer emails instead of none, and back again (R5)."""

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.befall import befall
from drip.actions.less_often import doubled, less_often
from drip.domain.duration import Duration, parse_duration
from drip.domain.enrollment import State
from drip.domain.errors import DurationError
from drip.domain.facts import CadenceAgreed
from drip.domain.token import Link, LinkToken
from drip.web.answer import answer_page
from drip.web.desk import desk_of
from drip.web.find import find_visitor
from drip.web.form import read_form
from drip.web.links import opened
from drip.web.visit import by_prospect, count_visit
from drip.web.visitor import Visitor
from drip.web.words import say_interval


class LessOften(HTTPEndpoint):
    """GET asks, POST doubles the interval; a POST with `undo` takes that back."""

    async def get(self, request: Request) -> Response:
        """Ask, and offer "stop" beside it. Counts a visit, changes nothing else."""
        token = opened(request, Link.LESS_OFTEN)
        await count_visit(request, token)
        visitor = await find_visitor(request, token)
        return _over(request, token, visitor) or answer_page(request, token, visitor, "less_often/ask")

    async def post(self, request: Request) -> Response:
        """Make the interval longer, or as long as it was before."""
        token = opened(request, Link.LESS_OFTEN)
        form = await read_form(request)
        visitor = await find_visitor(request, token)
        over = _over(request, token, visitor)
        if over is not None:
            return over
        if "undo" in form:
            return await _undo(request, token, visitor, form["undo"])
        whose, context = by_prospect(token)
        desk = desk_of(request)
        done = await less_often(desk.store, whose, context, desk.clock.now())
        visitor = await find_visitor(request, token)
        if done.before == done.after:
            return answer_page(request, token, visitor, "less_often/ask")
        return _done(request, token, visitor, undo=done.before)


async def _undo(request: Request, token: LinkToken, visitor: Visitor, before: str) -> Response:
    """Go back to `before`, if "less often" is what leads from it to the interval in force."""
    interval = _duration(before)
    if interval is None or visitor.interval not in (interval, doubled(interval)):
        return answer_page(request, token, visitor, "less_often/ask")
    if interval != visitor.interval:
        whose, context = by_prospect(token)
        desk = desk_of(request)
        await befall(desk.store, whose, CadenceAgreed(desk.clock.now(), interval), context)
        visitor = await find_visitor(request, token)
    return _done(request, token, visitor, undo=None)


def _done(request: Request, token: LinkToken, visitor: Visitor, undo: Duration | None) -> Response:
    return answer_page(
        request,
        token,
        visitor,
        "less_often/done",
        undo=str(undo) if undo else "",
        undo_often=say_interval(undo) if undo else "",
    )


def _over(request: Request, token: LinkToken, visitor: Visitor) -> Response | None:
    """The page for one who gets no emails that could come less often."""
    if visitor.stopped:
        return answer_page(request, token, visitor, "opt_out/done", again=True)
    if visitor.ended or visitor.state is State.CLOSED:
        return answer_page(request, token, visitor, "ended")
    return None


def _duration(text: str) -> Duration | None:
    try:
        return parse_duration(text)
    except DurationError:
        return None
