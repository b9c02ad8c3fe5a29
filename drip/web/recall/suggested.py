"""The page on which a rep promises the day that a reply asks for (R14). Opening it changes nothing."""

from datetime import datetime

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.answer_recall import Standing, Word, answer_recall
from drip.domain.errors import PromiseError
from drip.domain.facts import CallPromised
from drip.domain.rep_links import RecallToken
from drip.web.desk import desk_of
from drip.web.form import read_form
from drip.web.recall.find import Found
from drip.web.recall.foresee import after_promise, next_rows
from drip.web.recall.pages import find_recall, opened_recall
from drip.web.recall.show import gone_page, recall_page


class SuggestedPage(HTTPEndpoint):
    """GET asks, POST promises the day, as far as it is still the one that the last reply asks for."""

    async def get(self, request: Request) -> Response:
        """Say what would follow, and ask; or that nothing is asked for any more."""
        token = opened_recall(request)
        found = await find_recall(request, token)
        return _ask(request, token, found, desk_of(request).clock.now())

    async def post(self, request: Request) -> Response:
        """Promise it; pressed twice it is promised once. Another day than the one that was shown is asked anew."""
        token = opened_recall(request)
        form, desk = await read_form(request), desk_of(request)
        now, found = desk.clock.now(), await find_recall(request, token)
        shown = found.suggested is not None and form.get("on", "") == found.suggested.on.isoformat()
        if found.standing is not Standing.GOOD or found.suggested is None or not shown:
            return _ask(request, token, found, now)
        try:
            standing = await answer_recall(desk.store, token, Word(CallPromised(now, found.suggested.on)), now)
        except PromiseError:  # the day before it has ended just now
            standing = Standing.DEALT_WITH
        after = await find_recall(request, token)
        if standing is not Standing.GOOD:
            return _ask(request, token, after, now)
        return recall_page(request, token, after, "suggested_done", again=False)


def _ask(request: Request, token: RecallToken, found: Found, now: datetime) -> Response:
    if found.standing is not Standing.GOOD:
        return gone_page(request, token, found)
    if found.suggested is None:
        return recall_page(request, token, found, "suggested_done", again=True)
    after = after_promise(found.enrollment, found.terms, CallPromised(now, found.suggested.on))
    rows = next_rows(after, found.terms, now)
    return recall_page(request, token, found, "suggested", rows=rows)
