"""What a program is told that cannot be answered: a status of HTTP, and words."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

from drip.domain.errors import DripError
from drip.inbound.posted import EventError, TooManyEventsError
from drip.store.failures import StoreError

AGAIN_AFTER = 30  # seconds


class RequestError(DripError):
    """A request of a form that nothing is done with. `status` is HTTP's."""

    def __init__(self, status: int, said: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.headers = dict(headers or {})


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A JSON answer, which nobody keeps."""
    careful = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return JSONResponse(value, status, {**careful, **(headers or {})})


def refusal(error: DripError) -> JSONResponse:
    """The answer to an error of ours."""
    said: dict[str, object] = {"error": str(error)}
    if isinstance(error, RequestError):
        return answer(said, error.status, error.headers)
    if isinstance(error, TooManyEventsError):
        return answer(said, 413)
    if isinstance(error, EventError):
        where = {"event": error.index, "field": error.field or None}
        return answer(said | {name: value for name, value in where.items() if value is not None}, 422)
    if isinstance(error, StoreError):  # its words name hosts and files: they are for the log
        words = "The database cannot be reached. Post the same again in a while: what was kept is not done twice."
        return answer({"error": words}, 503, {"Retry-After": str(AGAIN_AFTER)})
    return answer(said, 400)
