"""What every answer has in common: headers, limits, plain pages for what cannot be done."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from drip.clock import ControlledClock
from drip.domain.token import Link, LinkToken, sign_link
from drip.serve import make_app
from drip.store.engine import Store, open_store
from drip.web.app import make_app as make_pages
from drip.web.desk import Desk
from drip.web.guard import MOST_BYTES
from drip.web.pages import stylesheet_path
from tests.web.scene import NOW, PUBLIC, SECRET, Scene, words_of

NOWHERE = "sqlite+aiosqlite:////nonexistent/folder/drip.db"
OPT_OUT = sign_link(SECRET, LinkToken(1, 1, 1, "downtime", Link.OPT_OUT))


@pytest.fixture
async def unreachable() -> AsyncIterator[Store]:
    """A store whose database cannot be reached."""
    store = open_store(NOWHERE)
    yield store
    await store.close()


def asking(store: Store, public_url: str = PUBLIC) -> httpx.AsyncClient:
    """A client of the application on this store."""
    app = make_app(Desk(store, ControlledClock(NOW), SECRET, public_url))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC)


async def test_every_page_forbids_scripts_frames_and_everything_from_elsewhere(unreachable: Store) -> None:
    async with asking(unreachable) as client:
        for path in ("/", "/nothing", f"/u/{OPT_OUT}x"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
            assert "script-src" not in policy and "unsafe" not in policy
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cache-control"] == "no-store"
            assert "noindex" in headers["x-robots-tag"]
            assert "set-cookie" not in headers


async def test_the_style_sheet_may_be_kept_for_ever_and_pages_point_to_it(unreachable: Store) -> None:
    async with asking(unreachable, "https://example.com/drip/") as client:
        sheet = await client.get(stylesheet_path())
        home = await client.get("/")
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["content-type"].startswith("text/css")
    assert f'href="/drip{stylesheet_path()}"' in home.text


async def test_a_method_a_page_does_not_know_gets_a_plain_405(unreachable: Store) -> None:
    async with asking(unreachable) as client:
        answer = await client.put(f"/u/{OPT_OUT}")
        view = await client.post(f"/v/{OPT_OUT}")
    assert answer.status_code == view.status_code == 405
    assert "GET" in answer.headers["allow"] and "That is not possible here" in answer.text


async def test_a_body_that_is_too_large_is_refused_and_changes_nothing(scene: Scene, client: httpx.AsyncClient) -> None:
    before = await scene.everything()

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(9):
            yield b"x" * (MOST_BYTES // 8)

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for link in (Link.OPT_OUT, Link.OPT_IN, Link.LESS_OFTEN, Link.CLOSE_FILE):
        for body in (b"x" * (MOST_BYTES + 1), pieces()):
            answer = await client.post(scene.path(link), content=body, headers=kind)
            assert answer.status_code == 413, link
            assert "That was too much" in answer.text
    assert await scene.everything() == before


async def test_a_database_that_cannot_be_reached_gets_a_plain_503(unreachable: Store) -> None:
    async with asking(unreachable) as client:
        page = await client.get(f"/u/{OPT_OUT}")
        health = await client.get("/health")
    assert (page.status_code, health.status_code) == (503, 503)
    assert "Please try again in a minute" in page.text and "nonexistent" not in page.text
    assert "answer the email: a person reads it" in page.text
    assert health.json() == {"state": "down", "database": "unreachable"}


async def test_a_broken_link_still_leaves_a_way_to_stop_and_a_rep_reads_what_is_for_reps(unreachable: Store) -> None:
    async with asking(unreachable) as client:
        prospect = words_of((await client.get("/u/cut")).text)
        reps = [words_of((await client.get(path)).text) for path in ("/r/cut", "/r/cut/no_answer", "/i/cut.ics")]
    assert "answer one of them with the word “stop”" in prospect
    for said in reps:
        assert "The newest mail about your calls has links that work." in said and "stop" not in said


async def test_health_says_up(scene: Scene, client: httpx.AsyncClient) -> None:
    answer = await client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"state": "up", "database": "up"})


async def test_an_error_nobody_expected_is_a_plain_page_and_one_line_in_the_log(unreachable: Store) -> None:
    async def broken(_request: Request) -> Response:
        raise ZeroDivisionError("secret words")

    app = make_pages(Desk(unreachable, ControlledClock(NOW), SECRET, PUBLIC), [Route("/broken", broken)])
    with capture_logs() as lines:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as client:
            answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "secret words" not in answer.text and "Traceback" not in answer.text
    request_id = answer.headers["x-request-id"]
    [line] = lines
    assert (line["event"], line["request_id"], line["error"]) == ("page.failed", request_id, "ZeroDivisionError")
    assert "secret words" not in str(line)
    assert f"request {request_id}" in answer.text


async def test_robots_are_told_to_stay_away(unreachable: Store) -> None:
    async with asking(unreachable) as client:
        assert "Disallow: /" in (await client.get("/robots.txt")).text
