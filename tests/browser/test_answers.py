"""A person with a phone follows the links of a letter: real server, real browser, no JavaScript."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Error as PlaywrightError

from drip.domain.enrollment import State
from drip.domain.token import Link
from drip.store import prospects
from drip.store.engine import open_store
from tests.store.migrated import migrate
from tests.web.scene import GUIDE, Scene, set_scene

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]


@dataclass(frozen=True, slots=True)
class Site:
    """The scene, served at an address a browser can open."""

    scene: Scene
    address: str

    def url(self, link: Link) -> str:
        """Where a link of the letter leads."""
        return self.address + self.scene.path(link)


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The pages on a port of their own."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'drip.sqlite3'}"
    await migrate(url)
    store = open_store(url)
    scene = await set_scene(store)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(scene.app, lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve([listening]))
    yield Site(scene, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    await serving
    await store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: "Browser") -> "AsyncIterator[Page]":
    """A phone's browser without JavaScript; whatever it complains of fails the test."""
    size = {"width": 390, "height": 844}
    context = await browser.new_context(viewport=size, has_touch=True, java_script_enabled=False)  # type: ignore[arg-type]
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("requestfailed", lambda failed: complaints.append(failed.url))
    yield page
    await context.close()
    assert complaints == []


async def arrives(page: "Page", heading: str) -> None:
    """Wait until the page with this heading is there."""
    await page.get_by_role("heading", name=heading, exact=True).wait_for()


async def test_r16_a_person_opts_in_with_one_thumb(site: Site, phone: "Page") -> None:
    await phone.goto(site.url(Link.OPT_IN))
    await arrives(phone, "Would you like these emails, Maria?")
    await phone.get_by_role("button", name="Yes, send me these").tap()
    await arrives(phone, "Thank you, Maria.")
    assert "Wednesday 18\u00a0February" in await phone.locator(".now").inner_text()
    assert (await site.scene.picture()).opted_in_at is not None


async def test_r33_a_person_opts_out_and_finds_it_done(site: Site, phone: "Page") -> None:
    await phone.goto(site.url(Link.OPT_OUT))
    await phone.get_by_role("button", name="Stop all emails").tap()
    await arrives(phone, "No more emails.")
    await phone.reload()
    await arrives(phone, "No more emails.")
    async with site.scene.store.reading() as unit:
        [person] = await prospects.get(unit, [site.scene.prospect_id])
    assert person.opted_out_at is not None


async def test_r5_a_person_takes_fewer_instead_and_changes_her_mind(site: Site, phone: "Page") -> None:
    await phone.goto(site.url(Link.OPT_OUT))
    await phone.get_by_role("button", name="Make it every 2 months").tap()
    await arrives(phone, "Done: every 2 months.")
    await phone.get_by_role("button", name="Undo: back to once a month").tap()
    await arrives(phone, "As before: once a month.")
    await phone.get_by_role("link", name="Stop them").tap()
    await arrives(phone, "Stop these emails?")


async def test_r27_a_person_looks_at_one_answer_and_gives_another(site: Site, phone: "Page") -> None:
    closing = Site(await site.scene.closing_letter(), site.address)
    await phone.goto(closing.url(Link.CLOSE_FILE))
    await arrives(phone, "Close your file?")
    await phone.get_by_role("link", name="Keep it open").tap()
    await arrives(phone, "Keep your file open?")
    await phone.get_by_role("button", name="Yes, keep it open").tap()
    await arrives(phone, "Your file is open.")
    assert (await site.scene.picture()).state is State.DRIPPING


async def test_r28_a_person_closes_the_file_and_opens_it_again(site: Site, phone: "Page") -> None:
    closing = Site(await site.scene.closing_letter(), site.address)
    await phone.goto(closing.url(Link.CLOSE_FILE))
    await phone.get_by_role("button", name="Close my file").tap()
    await arrives(phone, "Your file is closed.")
    await phone.get_by_role("button", name="Open my file again").tap()
    await arrives(phone, "Your file is open.")
    assert (await site.scene.picture()).state is State.DRIPPING


async def test_the_page_wears_its_own_style_sheet(site: Site, phone: "Page") -> None:
    await phone.goto(site.url(Link.OPT_OUT))
    box = await phone.get_by_role("button", name="Stop all emails").bounding_box()
    assert box is not None and box["height"] >= 48 and box["width"] > 300


async def test_view_in_browser_shows_the_letter_and_its_links_work(site: Site, browser: "Browser") -> None:
    page = await browser.new_page()
    await page.goto(site.url(Link.VIEW))
    assert "Dear Maria, Unplanned stops?" in await page.locator("body").inner_text()
    await page.route("**/*", lambda route: route.fulfill(status=200, body="arrived"))
    await page.get_by_role("link", name="The guide").click()
    await page.wait_for_url("**/t/*")
    assert await page.locator("body").inner_text() == "arrived"
    await page.close()


async def test_a_value_link_leads_a_person_on(site: Site, browser: "Browser") -> None:
    page = await browser.new_page()
    async with page.expect_request(GUIDE):
        with suppress(PlaywrightError):  # nobody answers at that name
            await page.goto(site.url(Link.TO))
    await page.close()
