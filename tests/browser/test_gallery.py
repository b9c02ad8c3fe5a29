"""Every public page in every state, measured in a real browser: phone and desk, light and dark."""

import re
from typing import TYPE_CHECKING, Any

import pytest

from drip.web.pages import STYLESHEET
from tests.browser.gallery import PAGES, show

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]
PAPER = {"light": "rgb(245, 246, 244)", "dark": "rgb(18, 22, 21)"}

MEASURE = """() => {
  const curve = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.map(v => curve(v / 255));
                       return .2126 * r + .7152 * g + .0722 * b; };
  const parts = c => c.match(/[\\d.]+/g).map(Number);
  const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
                        if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [], small = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    if (!node.data.trim()) continue;
    const style = getComputedStyle(node.parentElement);
    const [a, b] = [light(parts(style.color)), light(behind(node.parentElement))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) faint.push(node.data.trim());
    if (parseFloat(style.fontSize) < 16) small.push(node.data.trim());
  }
  const sheet = document.querySelector('main'), edge = sheet.getBoundingClientRect().right
    - parseFloat(getComputedStyle(sheet).paddingRight);
  const out = [...sheet.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > edge + 1
    || e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map(e => e.textContent.trim());
  const buttons = [...document.querySelectorAll('button')].map(b => b.getBoundingClientRect());
  return { wide: document.documentElement.scrollWidth - innerWidth, out, faint, small,
           low: buttons.filter(b => b.height < 48).length, narrow: buttons.filter(b => b.width < 200).length,
           headings: document.querySelectorAll('h1').length, lang: document.documentElement.lang,
           paper: getComputedStyle(document.body).backgroundColor,
           title: document.title, scripts: document.scripts.length };
}"""


def whole(name: str) -> str:
    """A page of the gallery with its style sheet inside, as it looks once it is loaded."""
    style = f"<style>{STYLESHEET.read_text()}</style>"
    return re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: style, show(name))


async def test_every_page_is_easy_to_read_and_to_press(page: "Page") -> None:
    for name in PAGES:
        await page.set_content(whole(name))
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 844})
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                found: dict[str, Any] = await page.evaluate(MEASURE)
                place = f"{name} {scheme} {width}"
                assert found.pop("title"), place
                assert found.pop("paper") == PAPER[scheme], place
                assert found == {
                    "wide": 0,
                    "out": [],
                    "faint": [],
                    "small": [],
                    "low": 0,
                    "narrow": 0,
                    "headings": 1,
                    "lang": "en",
                    "scripts": 0,
                }, place


async def test_a_page_is_used_with_the_keyboard_and_shows_where_one_is(browser: "Browser") -> None:
    page = await browser.new_page()
    await page.set_content(whole("opt_out-ask"))
    await page.keyboard.press("Tab")
    focused = await page.evaluate("""() => { const e = document.activeElement;
        return [e.textContent, getComputedStyle(e).outlineWidth, getComputedStyle(e).outlineStyle]; }""")
    assert focused == ["Stop all emails", "3px", "solid"]
    await page.close()
