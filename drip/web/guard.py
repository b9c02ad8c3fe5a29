"""What every answer has in common: a request id, careful headers, a limit on what is sent to us."""

import traceback

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from drip.clock import make_token
from drip.web.problems import problem_page

MOST_BYTES = 64 * 1024  # of a request's body; an answer or a one-click needs a few hundred
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
log = structlog.get_logger()


class Guard:
    """An ASGI layer around the pages. A header that a page sets itself is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an error nobody expected becomes a plain page with its request id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = make_token()[:10]
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        try:
            await self.app(scope, _limited(receive), answer.send)
        except Exception as error:
            if answer.began:
                raise
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error(  # noqa: TRY400  (the words of an error may hold addresses)
                "page.failed",
                request_id=request_id,
                error=type(error).__name__,
                where=f"{where.filename}:{where.lineno}",
            )
            await problem_page(Request(scope), 500)(scope, receive, answer.send)


class BodyTooLargeError(HTTPException):
    """More than MOST_BYTES were sent to us."""

    def __init__(self) -> None:
        super().__init__(413)


class _Answer:
    """Puts the common headers on the answer, and knows whether it has begun."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.began = False
        self._send = send
        self._request_id = request_id

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.began = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._request_id
        await self._send(message)


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MOST_BYTES:
            raise BodyTooLargeError
        return message

    return receive_some
