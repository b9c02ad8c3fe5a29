"""What the pages are given to work with: the store, the clock, the secret of the links."""

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from starlette.requests import Request

from drip.clock import Clock
from drip.store.engine import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """Given once, when the application is made. `public_url` is what links in letters begin with."""

    store: Store
    clock: Clock
    secret: bytes
    public_url: str

    @property
    def prefix(self) -> str:
        """The path the service is reached under, without a slash at its end; mostly empty."""
        return urlsplit(self.public_url).path.rstrip("/")


def desk_of(request: Request) -> Desk:
    """The desk of the application that answers this request."""
    return cast(Desk, request.app.state.desk)
