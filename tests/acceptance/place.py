"""Where an acceptance test lets the service run: in this process on SQLite, or as many on PostgreSQL and Valkey."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from drip.clock import ControlledClock
from drip.config import load_settings
from drip.wiring import wire
from tests.acceptance.engine_scene import url_in
from tests.acceptance.fleet import Fleet
from workers.embedded import Service


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, and the servers of the service in many processes: an empty database, and Valkey."""

    folder: Path
    database: str | None = None
    valkey: str | None = None

    @property
    def url(self) -> str:
        """The database to prepare."""
        return self.database or url_in(self.folder)

    def make_service(self, now: datetime, **settings: Any) -> Service | Fleet:
        """The service there, not started, on a clock that stands at `now`."""
        known = {
            "secret": "a secret for the tests that is long enough",
            "maildir": self.folder / "mail",
            "notices": False,  # the mails counted are letters; a test of notices asks for them
            **settings,
        }
        if self.valkey is None:
            return Service(wire(load_settings(database_url=self.url, **known), ControlledClock(now)))
        return Fleet(load_settings(database_url=self.url, redis_url=self.valkey, **known), now)


@pytest.fixture(params=["embedded", pytest.param("distributed", marks=pytest.mark.long)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each test runs in both places; in the short run the embedded service is enough."""
    if request.param == "embedded":
        return Place(tmp_path)
    return Place(tmp_path, request.getfixturevalue("postgres_url"), request.getfixturevalue("valkey_url"))
