"""The pages of a recall for its rep: look, choose an outcome, confirm (R20, R30). Opening one changes nothing."""

from datetime import datetime, timedelta

from starlette.endpoints import HTTPEndpoint
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.answer_recall import Standing, Word, answer_recall
from drip.actions.appointing.agreed import FURTHEST, AppointmentError
from drip.domain.errors import PromiseError, TokenError
from drip.domain.facts import Called, Outcome, Resolved
from drip.domain.rep_links import RecallToken, read_recall
from drip.domain.window import local_day
from drip.web.desk import desk_of
from drip.web.form import read_form
from drip.web.recall.find import Found, find
from drip.web.recall.foresee import LABELS, after_call, after_resolving, next_rows
from drip.web.recall.given import Given, good_days, read_given
from drip.web.recall.show import gone_page, recall_page, recorded_page

WRONG = 422  # what was typed cannot be used; the page says why


class RecallPage(HTTPEndpoint):
    """GET shows the recall and the outcomes to choose from."""

    async def get(self, request: Request) -> Response:
        """The sheet of the recall, or why there is nothing to do here."""
        token = opened_recall(request)
        found = await find_recall(request, token)
        if found.standing is not Standing.GOOD:
            return gone_page(request, token, found)
        return recall_page(request, token, found, "sheet")


class OutcomePage(HTTPEndpoint):
    """GET asks for one confirmation of one outcome, POST records the call."""

    async def get(self, request: Request) -> Response:
        """Say what would follow, and ask."""
        token, outcome = opened_recall(request), _outcome(request)
        found = await find_recall(request, token)
        if found.standing is not Standing.GOOD:
            return gone_page(request, token, found)
        return _ask(request, token, found, outcome, Given())

    async def post(self, request: Request) -> Response:
        """Record the call and say what happens next; a button pressed twice records once."""
        token, outcome = opened_recall(request), _outcome(request)
        form, desk = await read_form(request), desk_of(request)
        now = desk.clock.now()
        found = await find_recall(request, token)
        if found.standing is not Standing.GOOD:
            return recorded_page(request, token, found, outcome)
        given = read_given(form, outcome, found.terms, now)
        if not given.error:
            try:
                on = given.on if outcome is Outcome.PROMISED else None
                word = Word(Called(now, outcome, on), given.note or None, given.agreed)
                await answer_recall(desk.store, token, word, now)
            except (PromiseError, AppointmentError) as error:  # a day, or an hour, has ended just now
                given = given.wrong(str(error), "on")
        if given.error:
            return _ask(request, token, found, outcome, given)
        return recorded_page(request, token, await find_recall(request, token), outcome)


class ResolvePage(HTTPEndpoint):
    """GET asks, POST says that the rep has dealt with a reply: the letters go on (R30)."""

    async def get(self, request: Request) -> Response:
        """Say what would follow, and ask; or that nothing waits."""
        token = opened_recall(request)
        found = await find_recall(request, token)
        if found.standing is not Standing.GOOD:
            return gone_page(request, token, found)
        if found.enrollment.waiting_for is None:
            return recall_page(request, token, found, "resolved", again=True)
        now = desk_of(request).clock.now()
        rows = next_rows(after_resolving(found.enrollment, found.terms, now), found.terms, now)
        return recall_page(request, token, found, "resolve", rows=rows)

    async def post(self, request: Request) -> Response:
        """End the wait; pressed twice it ends once."""
        token = opened_recall(request)
        await request.body()
        desk = desk_of(request)
        now = desk.clock.now()
        found = await find_recall(request, token)
        waited = found.enrollment.waiting_for is not None
        if found.standing is Standing.GOOD and waited:
            await answer_recall(desk.store, token, Word(Resolved(now)), now)
            found = await find_recall(request, token)
        if found.standing is not Standing.GOOD:
            return gone_page(request, token, found)
        return recall_page(request, token, found, "resolved", again=not waited)


def opened_recall(request: Request) -> RecallToken:
    """The token in the path, before anything is looked up. Raises HTTPException 404 for a cut or forged one."""
    try:
        return read_recall(desk_of(request).secret, request.path_params["token"])
    except TokenError:
        raise HTTPException(404) from None


async def find_recall(request: Request, token: RecallToken) -> Found:
    """What is behind a genuine link. Raises HTTPException 404 where nothing is kept of it any more."""
    desk = desk_of(request)
    async with desk.store.reading() as unit:
        found = await find(unit, token, desk.clock.now())
    if found is None:
        raise HTTPException(404)
    return found


def _outcome(request: Request) -> Outcome:
    code = request.path_params["outcome"]
    if code not in set(Outcome):
        raise HTTPException(404)
    return Outcome(code)


def _ask(request: Request, token: RecallToken, found: Found, outcome: Outcome, given: Given) -> Response:
    now = desk_of(request).clock.now()
    today = local_day(now, found.terms.zone)
    return recall_page(
        request,
        token,
        found,
        "ask",
        WRONG if given.error else 200,
        outcome=outcome.value,
        label=LABELS[outcome],
        given=given,
        rows=_rows(found, outcome, now),
        first=today.isoformat(),
        last=(today + FURTHEST).isoformat(),
        days=given.days or good_days(today + timedelta(days=1), found.terms),
    )


def _rows(found: Found, outcome: Outcome, now: datetime) -> tuple[tuple[str, str], ...]:
    """What would follow from the outcome; nothing is known yet of a day that is still to be chosen."""
    if outcome is Outcome.PROMISED:
        return ()
    return next_rows(after_call(found.enrollment, found.terms, Called(now, outcome)), found.terms, now)
