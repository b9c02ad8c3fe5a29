"""Turn what was found behind a recall's link into a page: the sheet, a question, an answer, or why there is none."""

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.answer_recall import Standing
from drip.domain.facts import Outcome
from drip.domain.rep_links import RecallToken, recall_url
from drip.domain.window import local_day
from drip.web.desk import desk_of
from drip.web.pages import page
from drip.web.recall.find import Found
from drip.web.recall.foresee import LABELS
from drip.web.recall.tell import sheet_of
from drip.web.words import say_day

GONE = 410  # RFC 9110 section 15.5.11
_TWICE = timedelta(minutes=10)  # a button pressed again within this is the same answer


def recall_page(
    request: Request, token: RecallToken, found: Found, template: str, status: int = 200, **values: object
) -> Response:
    """Render a template of `recall/` that shows the sheet; `links` leads to the pages beside."""
    desk = desk_of(request)
    shown = {"sheet": sheet_of(found, desk.clock.now()), "links": _links(request, token), **values}
    return page(f"recall/{template}", shown, status=status, prefix=desk.prefix)


def gone_page(request: Request, token: RecallToken, found: Found) -> Response:
    """Why the link does nothing any more. Only one whose recall is dealt with still shows the prospect.

    Raises HTTPException 404 where nothing is kept of what it named.
    """
    if found.standing is Standing.UNKNOWN:
        raise HTTPException(404)
    if found.standing is Standing.DEALT_WITH:
        return dealt_with(request, token, found, just_now=False)
    desk = desk_of(request)
    values = {
        "standing": found.standing.value,
        "until": say_day(token.until, desk.clock.now().date()),
        "rep": found.rep.name,
    }
    return page("recall/gone", values, status=GONE, prefix=desk.prefix)


def recorded_page(request: Request, token: RecallToken, found: Found, outcome: Outcome) -> Response:
    """After a POST: what was recorded, and what happens next; the same when the button was pressed twice."""
    now, last = desk_of(request).clock.now(), found.last_call
    mine = last is not None and last.reason == outcome.value and last.rep_id == token.rep and now - last.at < _TWICE
    if found.standing is not Standing.DEALT_WITH:
        return gone_page(request, token, found)
    return dealt_with(request, token, found, just_now=mine)


def dealt_with(request: Request, token: RecallToken, found: Found, *, just_now: bool) -> Response:
    """The call of the link was recorded: `just_now` by this very button, or before."""
    assert found.last_call is not None
    zone = found.terms.zone
    outcome = found.last_call.reason or ""
    # Another outcome is recorded by a link to the recall as it is now, which lasts no longer than this one.
    current = RecallToken(token.enrollment, token.rep, found.last_call.id, token.renewed, token.until)
    return recall_page(
        request,
        token,
        found,
        "recorded",
        just_now=just_now,
        outcome=outcome,
        label=LABELS.get(Outcome(outcome), outcome) if outcome in set(Outcome) else outcome,
        called_on=local_day(found.last_call.at, zone),
        called_by=found.last_by or "somebody at the command line",
        correct=recall_url(desk_of(request).prefix, desk_of(request).secret, current),
    )


def _links(request: Request, token: RecallToken) -> dict[str, str]:
    desk = desk_of(request)
    base = recall_url(desk.prefix, desk.secret, token)
    return {
        "sheet": base,
        "resolve": f"{base}/resolve",
        "suggested": f"{base}/suggested",
        **{one.value: f"{base}/{one.value}" for one in Outcome},
    }
