"""The pages of the three answers to a closing email: one click, one confirmation each (R27)."""

from contextlib import suppress
from typing import ClassVar

from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from drip.actions.answer_closing import answer_closing
from drip.actions.whose import NotEnrolledError
from drip.domain.enrollment import State
from drip.domain.facts import Answer
from drip.domain.token import Link, LinkToken
from drip.web.answer import answer_page
from drip.web.desk import desk_of
from drip.web.find import find_visitor
from drip.web.links import opened
from drip.web.visit import by_prospect, count_visit
from drip.web.visitor import Visitor

_LABELS = {
    Answer.KEEP_OPEN: "Keep it open",
    Answer.CALL_ME: "Call me",
    Answer.CLOSE_FILE: "Close my file",
}


class _Closing(HTTPEndpoint):
    """GET asks for the confirmation, POST gives the answer; a file closed meanwhile opens again (R29)."""

    answer: ClassVar[Answer]
    link: ClassVar[Link]

    async def get(self, request: Request) -> Response:
        """Ask; or say what holds already. Counts a visit, changes nothing else."""
        token = opened(request, self.link)
        await count_visit(request, token)
        visitor = await find_visitor(request, token)
        if self._over(visitor):
            return answer_page(request, token, visitor, "ended")
        if self._holds(visitor):
            return self._done(request, token, visitor, again=True)
        others = {answer.value: label for answer, label in _LABELS.items() if answer is not self.answer}
        return answer_page(request, token, visitor, "closing/ask", answer=self.answer.value, others=others)

    async def post(self, request: Request) -> Response:
        """Give the answer; what it means is for the rules. A button pressed twice answers once."""
        token = opened(request, self.link)
        await request.body()
        visitor = await find_visitor(request, token)
        pressed_twice = visitor.just_answered and visitor.answer is self.answer
        if not pressed_twice:
            whose, context = by_prospect(token)
            desk = desk_of(request)
            with suppress(NotEnrolledError):  # made by mistake: it counts nowhere (R6)
                await answer_closing(desk.store, whose, self.answer, context, desk.clock.now())
            visitor = await find_visitor(request, token)
        if self._over(visitor):
            return answer_page(request, token, visitor, "ended")
        return self._done(request, token, visitor, again=pressed_twice)

    def _over(self, visitor: Visitor) -> bool:
        """Whether the answer can mean nothing any more; a call may be asked for after an opt-out."""
        if self.answer is Answer.CALL_ME and visitor.state is State.OPTED_OUT:
            return False
        return visitor.ended

    def _holds(self, visitor: Visitor) -> bool:
        """Whether what the answer asks for is so already."""
        if self.answer is Answer.CLOSE_FILE:
            return visitor.state is State.CLOSED
        if self.answer is Answer.CALL_ME:
            return visitor.answer is self.answer and (visitor.waits or visitor.state is State.OPTED_OUT)
        return visitor.answer is self.answer and visitor.state in (State.DRIPPING, State.COMPLETED)

    def _done(self, request: Request, token: LinkToken, visitor: Visitor, again: bool) -> Response:
        return answer_page(request, token, visitor, "closing/done", answer=self.answer.value, again=again)


class KeepOpen(_Closing):
    """Keep my file open: the drip goes on (R29)."""

    answer, link = Answer.KEEP_OPEN, Link.KEEP_OPEN


class CallMe(_Closing):
    """Call me: the drip waits for the rep (R30)."""

    answer, link = Answer.CALL_ME, Link.CALL_ME


class CloseFile(_Closing):
    """Close it: at once, and nobody calls (R28)."""

    answer, link = Answer.CLOSE_FILE, Link.CLOSE_FILE
