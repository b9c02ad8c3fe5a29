"""The Chromium of the tests is real: it runs scripts, lays out text, and sees what a person would."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.async_api import Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]
PAGE = b"""<!doctype html><title>Opt in</title><button onclick="this.textContent='Thank you'">Yes, please</button>"""


class Answer(http.server.BaseHTTPRequestHandler):
    """Gives PAGE to every request."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """A loopback web server with one page."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


async def test_a_click_changes_the_page(page: Page, site: str) -> None:
    await page.goto(site)
    assert await page.title() == "Opt in"
    button = page.get_by_role("button", name="Yes, please")
    box = await button.bounding_box()
    assert box is not None and box["width"] > 40, "text without fonts has no width"
    await button.click()
    assert await page.get_by_role("button").inner_text() == "Thank you"


async def test_each_page_has_a_profile_of_its_own(page: Page, site: str) -> None:
    await page.goto(site)
    assert await page.evaluate("localStorage.length") == 0
