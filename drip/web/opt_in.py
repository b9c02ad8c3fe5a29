"""The page of the opt-in link: what the prospect says yes to, and the yes itself (R16, R18)."""

import hashlib

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.opt_in import Proof, opt_in
from drip.domain.enrollment import State
from drip.domain.token import Link, LinkToken
from drip.web.answer import answer_page
from drip.web.desk import desk_of
from drip.web.find import find_visitor
from drip.web.form import read_form
from drip.web.links import opened
from drip.web.visit import by_prospect, client_address, count_visit
from drip.web.visitor import Visitor


class OptIn(HTTPEndpoint):
    """GET shows the wording, POST keeps the yes with it."""

    async def get(self, request: Request) -> Response:
        """Ask; or say what holds already. Counts a visit, changes nothing else."""
        token = opened(request, Link.OPT_IN)
        await count_visit(request, token)
        visitor = await find_visitor(request, token)
        if visitor.stopped:
            return answer_page(request, token, visitor, "opt_in/stopped")
        if visitor.ended:
            return answer_page(request, token, visitor, "ended")
        if visitor.opted_in_on and visitor.state in (State.DRIPPING, State.COMPLETED):
            return answer_page(request, token, visitor, "opt_in/done", again=True)
        return _ask(request, token, visitor)

    async def post(self, request: Request) -> Response:
        """Keep the yes. If the wording has changed since it was shown, it is shown again instead."""
        token = opened(request, Link.OPT_IN)
        form = await read_form(request)
        visitor = await find_visitor(request, token)
        if form.get("seen", _digest(visitor)) != _digest(visitor) and not visitor.ended:
            return _ask(request, token, visitor)
        whose, context = by_prospect(token)
        proof = Proof("link", visitor.wording, client_address(request))
        desk = desk_of(request)
        done = await opt_in(desk.store, whose, proof, context, desk.clock.now())
        visitor = await find_visitor(request, token)
        if done.code == "after_opt_out":
            return answer_page(request, token, visitor, "opt_in/told")
        if visitor.ended:
            return answer_page(request, token, visitor, "ended", thanks=True)
        return answer_page(request, token, visitor, "opt_in/done", again=done.code == "already")


def _ask(request: Request, token: LinkToken, visitor: Visitor) -> Response:
    return answer_page(request, token, visitor, "opt_in/ask", seen=_digest(visitor))


def _digest(visitor: Visitor) -> str:
    """Stands for the wording in the form, so that nobody says yes to words he was not shown."""
    return hashlib.sha256(visitor.wording.encode()).hexdigest()[:16]
