"""POST /events: what became of letters, as mail providers tell it; README.md beside this file says how to write it."""

import asyncio
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from drip.actions.receive import receive
from drip.api.errors import RequestError, answer, refusal
from drip.api.signature import HEADER, SignatureError, check
from drip.domain.errors import DripError
from drip.inbound.posted import Event, read_events
from drip.store.engine import Store
from drip.store.failures import StoreError

PATH = "/events"
MOST_BYTES = 1_000_000  # of a body
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Intake:
    """What events are taken in with. `now` is business time, `wall` the clock of this machine, by which signatures
    grow old; `secret` the one letters were signed with, `keys` those that events may be signed with."""

    store: Store
    now: Callable[[], datetime]
    wall: Callable[[], datetime]
    secret: bytes = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)


class Events:
    """The ASGI application behind PATH."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 200 with a result for each event once all are kept, else why not."""
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whoever posted hears of it, too
            where = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{where.filename}:{where.lineno}"
            log.error("events.failed", error=type(error).__name__, where=place)  # noqa: TRY400  (words hold addresses)
            words = "Something went wrong here. Post the same again in a while: what was kept is not done twice."
            response = answer({"error": words}, 500)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._take(request)
        except StoreError as error:
            log.warning("events.database_away", error=type(error).__name__)
            return refusal(error)
        except DripError as error:
            return refusal(error)

    async def _take(self, request: Request) -> JSONResponse:
        _demand_json(request)
        body = await _body(request)
        events = await asyncio.to_thread(self._read, request.headers.get(HEADER), body)
        return answer({"results": [await self._keep(one) for one in events]})

    def _read(self, signature: str | None, body: bytes) -> tuple[Event, ...]:
        try:
            check(signature, self._intake.keys, body, self._intake.wall())
        except SignatureError as error:
            raise RequestError(401, str(error), {"WWW-Authenticate": HEADER}) from error
        try:
            return read_events(orjson.loads(body))
        except ValueError as error:
            raise RequestError(400, f"The body is not JSON: {error}. Write one object in UTF-8.") from error

    async def _keep(self, event: Event) -> dict[str, object]:
        """Each in a transaction of its own: a thousand in one would hold too many people's rows."""
        done = await receive(self._intake.store, event, self._intake.secret, self._intake.now())
        return {"event": event.id, **done.as_json()}


def _demand_json(request: Request) -> None:
    """Raises RequestError for what is no POST of JSON."""
    if request.method != "POST":
        raise RequestError(405, f"Events are posted. Send POST {PATH}.", {"Allow": "POST"})
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RequestError(415, "Events are written in JSON. Send Content-Type: application/json.")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RequestError(415, "The body is compressed. Send it as it is, without Content-Encoding.")


async def _body(request: Request) -> bytes:
    """The body, of which no more is read than may be. Raises RequestError."""
    several: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST_BYTES:
            raise RequestError(413, f"The body is larger than {MOST_BYTES:,} bytes. Send fewer events at once.")
        several.append(piece)
    return b"".join(several)
