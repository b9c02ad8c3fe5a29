"""The page of the opt-out link: a button for people, one click for mail programs (RFC 8058)."""

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.opt_out import opt_out
from drip.domain.enrollment import State
from drip.domain.token import Link
from drip.web.answer import answer_page
from drip.web.desk import desk_of
from drip.web.find import find_visitor
from drip.web.links import opened
from drip.web.visit import by_prospect, count_visit


class OptOut(HTTPEndpoint):
    """GET asks, POST stops everything; no cookie, no login, never a redirect (MAIL 15-17)."""

    async def get(self, request: Request) -> Response:
        """Ask, and offer "less often" beside it. Counts a visit, changes nothing else."""
        token = opened(request, Link.OPT_OUT)
        await count_visit(request, token)
        visitor = await find_visitor(request, token)
        if visitor.stopped:
            return answer_page(request, token, visitor, "opt_out/done", again=True)
        coming = not visitor.ended and visitor.state is not State.CLOSED
        return answer_page(request, token, visitor, "opt_out/ask", can_less=coming)

    async def post(self, request: Request) -> Response:
        """Stop everything, whatever the body says: a valid token is all that is asked for.

        The body is read all the same, so that one that is too large is refused.
        """
        token = opened(request, Link.OPT_OUT)
        await request.body()
        await find_visitor(request, token)  # 404 before anything is changed
        whose, context = by_prospect(token)
        desk = desk_of(request)
        done = await opt_out(desk.store, whose, context, desk.clock.now())
        visitor = await find_visitor(request, token)
        return answer_page(request, token, visitor, "opt_out/done", again=done.code == "already")
