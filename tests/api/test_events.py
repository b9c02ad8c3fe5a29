"""POST /events: who may post, what is refused and in which words, and that a thousand events are kept or told."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from drip.api.events import MOST_BYTES, Events, Intake
from drip.api.signature import HEADER, events_key, sign, valid_keys
from drip.clock import ControlledClock
from drip.domain.ids import message_id
from drip.serve import make_app
from drip.store import inbox, suppressions
from drip.store.engine import Store, open_store
from drip.web.desk import Desk as Web
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import TUESDAY

SECRET = b"a secret of more than thirty-two characters"
NOW = datetime(2026, 1, 7, 15, tzinfo=UTC)
WALL = datetime(2026, 11, 22, 10, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}


@dataclass
class Provider:
    """Somebody who posts events to an application, at a time of their own."""

    app: ASGIApp
    key: str = events_key(SECRET, 1)
    at: datetime = WALL

    async def post(self, *events: Any, **headers: str) -> httpx.Response:
        """Events are posted, signed."""
        return await self.send(json.dumps({"events": events}).encode(), **headers)

    async def send(self, body: bytes, **headers: str) -> httpx.Response:
        """One body is posted, signed; header names with _ for -."""
        given = {HEADER: sign(self.key, body, self.at), **JSON} | {k.replace("_", "-"): v for k, v in headers.items()}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://drip.example") as client:
            return await client.post("/events", content=body, headers=given)


def events_of(store: Store, number: int = 1) -> Events:
    """The application behind /events, its wall clock held."""
    return Events(Intake(store, lambda: NOW, lambda: WALL, SECRET, valid_keys(SECRET, number)))


@pytest.fixture
async def store(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Store]:
    """A store on an empty database."""
    shutil.copy(migrated_file, tmp_path / "drip.db")
    opened = open_store(f"sqlite+aiosqlite:///{tmp_path / 'drip.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def nowhere() -> AsyncIterator[Store]:
    """A store whose database cannot be reached."""
    opened = open_store("sqlite+aiosqlite:////nonexistent/folder/drip.db")
    yield opened
    await opened.close()


async def test_events_are_answered_in_their_order_once_all_are_kept(store: Store) -> None:
    desk = await Desk.set_up(store)
    letter = await desk.due(await desk.enroll(ANN), at=TUESDAY)
    dead = {
        "id": "ses:1",
        "kind": "bounce",
        "recipient": ANN,
        "message_id": message_id(SECRET, letter, "seller.example"),
        "status": "5.1.1",
        "text": "user unknown",
    }
    unknown = {"id": "ses:2", "kind": "complaint", "recipient": "bob@beta.example", "new_field": [1]}
    answer = await Provider(events_of(store)).post(dead, unknown, dead)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    told = answer.json()["results"]
    assert [(one["event"], one["done"], one["cls"]) for one in told] == [
        ("ses:1", "bounced", "bounce"),
        ("ses:2", "unplaced", "complaint"),
        ("ses:1", "already", "bounce"),
    ]
    assert told[0] | {"id": 0} == {
        "event": "ses:1",
        "id": 0,
        "done": "bounced",
        "cls": "bounce",
        "rule": "event",
        "prospect_id": 1,
        "email": ANN,
        "enrollment_id": 1,
        "send_id": letter,
        "how": "message_id",
    }
    async with store.reading() as unit:
        assert await suppressions.find(unit, [ANN, "bob@beta.example"]) == {ANN: "hard_bounce"}
        assert [one.subject for one in await inbox.listing(unit)] == ["complaint: bob@beta.example"]


async def test_the_same_event_posted_by_two_at_once_acts_once(store: Store) -> None:
    provider = Provider(events_of(store))
    answers = await asyncio.gather(*(provider.post({"id": "1", "kind": "opt_out"}) for _ in range(2)))
    told = [answer.json()["results"][0] for answer in answers]
    assert sorted(one["done"] for one in told) == ["already", "unplaced"]
    assert told[0]["id"] == told[1]["id"]


async def test_nothing_is_done_when_one_event_cannot_be_used(store: Store) -> None:
    answer = await Provider(events_of(store)).post({"id": "1", "kind": "complaint"}, {"id": "2", "kind": "spam"})
    told = answer.json()
    assert (answer.status_code, told["event"], told["field"]) == (422, 1, "kind")
    assert told["error"].startswith('events[1].kind: "spam" cannot be used. Write one of bounce')
    async with store.reading() as unit:
        assert await inbox.listing(unit, everything=True) == []


async def test_who_is_not_known_is_told_why_and_nothing_is_read(nowhere: Store) -> None:
    events = events_of(nowhere)
    body = b'{"events": []}'
    fits = sign(events_key(SECRET, 1), body, WALL)
    for header, said in (
        ({}, "not signed"),
        ({HEADER: "v1=x"}, "cannot be read"),
        ({HEADER: sign(events_key(SECRET, 2), body, WALL)}, "does not fit"),
        ({HEADER: sign(events_key(SECRET, 1), body, datetime(2026, 11, 22, 9, 54, tzinfo=UTC))}, "360 seconds old"),
    ):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(events), base_url="http://x") as client:
            answer = await client.post("/events", content=body, headers=JSON | header)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, HEADER)
        assert said in answer.json()["error"]
    changed = await Provider(events).send(b'{"events":  []}', **{HEADER: fits})
    assert changed.status_code == 401
    assert (await Provider(events).send(body, **{HEADER: fits})).json() == {"results": []}


async def test_the_key_before_is_good_until_the_next_change(nowhere: Store) -> None:
    first = events_key(SECRET, 1)
    assert [(await Provider(events_of(nowhere, n), first).post()).status_code for n in (1, 2, 3)] == [200, 200, 401]


async def test_what_is_no_post_of_json_or_too_large_is_told_what_to_send(nowhere: Store) -> None:
    provider = Provider(events_of(nowhere))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(provider.app), base_url="http://x") as client:
        got = await client.get("/events")
    many = [{"id": str(number), "kind": "delayed"} for number in range(1001)]
    largest = b'{"events": []}'.ljust(MOST_BYTES)
    found = [
        (got, 405, "Send POST /events"),
        (await provider.send(b"{}", Content_Type="text/plain"), 415, "application/json"),
        (await provider.send(b"{}", Content_Encoding="gzip"), 415, "compressed"),
        (await provider.send(largest + b" "), 413, "1,000,000 bytes"),
        (await provider.post(*many), 413, "1001 events"),
        (await provider.send(b'{"events": [}'), 400, "not JSON"),
        (await provider.send(b'{"events": ["\xff"]}'), 400, "not JSON"),
        (await provider.send(b"[" * 200_000), 400, "not JSON"),
        (await provider.send(b"{}"), 422, "no list of events"),
        (await provider.send(largest), 200, ""),
    ]
    assert [answer.status_code for answer, _, _ in found] == [status for _, status, _ in found]
    assert all(said in answer.json().get("error", "") for answer, _, said in found)
    assert got.headers["allow"] == "POST"


async def test_a_database_that_is_away_is_told_with_when_to_come_again(nowhere: Store) -> None:
    with capture_logs() as logs:
        answer = await Provider(events_of(nowhere)).post({"id": "1", "kind": "complaint", "recipient": ANN})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "nonexistent" not in answer.text and ANN not in str(logs)


async def test_what_nobody_expected_is_told_in_json_and_logged_without_words(store: Store) -> None:
    def now() -> datetime:
        raise RuntimeError(ANN)

    events = Events(Intake(store, now, lambda: WALL, SECRET, valid_keys(SECRET, 1)))
    with capture_logs() as logs:
        answer = await Provider(events).post({"id": "1", "kind": "complaint"})
    assert (answer.status_code, "Something went wrong" in answer.json()["error"]) == (500, True)
    assert [one["event"] for one in logs] == ["events.failed"] and ANN not in str(logs)


TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = dict.fromkeys(("recipient", "message_id", "envelope_id", "return_path", "code", "status", "text", "at"), TREE)
EVENT = st.fixed_dictionaries(
    {"id": st.text(max_size=5), "kind": st.sampled_from(["bounce", "delayed"])}, optional=FIELDS
)
BODIES = st.binary(max_size=50) | (TREE | st.fixed_dictionaries({"events": st.lists(EVENT | TREE, max_size=2)})).map(
    lambda told: json.dumps(told).encode()
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=BODIES)
def test_any_body_is_kept_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, body: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-body.db"
    if not path.exists():
        shutil.copy(migrated_file, path)

    async def ask() -> httpx.Response:
        opened = open_store(f"sqlite+aiosqlite:///{path}")
        try:
            return await Provider(events_of(opened)).send(body)
        finally:
            await opened.close()

    answer = asyncio.run(ask())
    assert answer.status_code in (200, 400, 422), answer.text
    assert ("results" if answer.status_code == 200 else "error") in answer.json()


async def test_the_pages_beside_it_are_as_they_were(nowhere: Store) -> None:
    app = make_app(Web(nowhere, ControlledClock(NOW), SECRET, "http://drip.example"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://drip.example") as client:
        assert (await client.get("/robots.txt")).status_code == 200
        assert (await client.post("/events/", content=b"{}")).headers["content-type"].startswith("text/html")
        assert (await client.post("/events", content=b"{}", headers=JSON)).status_code == 401
