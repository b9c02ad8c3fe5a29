"""A rep with a phone answers for a call from a mail's link: real server, real browser, no JavaScript."""

from typing import TYPE_CHECKING

import pytest

from drip.actions.link_recalls import Signing, link_recalls
from tests.browser.test_answers import Site, arrives, site
from tests.web.scene import NOW, SECRET

if TYPE_CHECKING:
    from playwright.async_api import Browser

__all__ = ["site"]
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]


async def test_r14_a_rep_promises_a_day_with_one_thumb(site: Site, browser: "Browser") -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, java_script_enabled=False
    )
    phone = await context.new_page()
    signing = Signing(site.address, SECRET)
    async with site.scene.store.reading() as unit:
        [page] = (await link_recalls(unit, signing, [site.scene.enrollment_id], NOW)).values()
    await phone.goto(page)
    await arrives(phone, "Maria Gonzalez")
    await phone.get_by_role("link", name="Agreed on a day").tap()
    await arrives(phone, "Which day did you agree on?")
    await phone.get_by_label("Next call on").fill("2026-01-10")  # a Saturday
    await phone.get_by_role("button", name="Promise that day").tap()
    assert "is no business day" in await phone.get_by_role("alert").inner_text()
    await phone.get_by_role("button", name="Monday 12\u00a0January").tap()
    await arrives(phone, "Recorded: agreed on a day.")
    assert "Monday 12\u00a0January, 07:30–08:30 their time, as promised" in await phone.locator(".now").inner_text()
    await context.close()
    recall = (await site.scene.picture()).recall
    assert recall is not None and recall.promised and recall.on.isoformat() == "2026-01-12"
