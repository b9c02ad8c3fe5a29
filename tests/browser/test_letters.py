"""Letters as mail programs show them, measured in a real browser, and the pages of their preview.

The screenshots of a test that failed lie in its temporary folder, to be looked at; those of all of them with
`-o tmp_path_retention_policy=all`.
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from drip.catalog.files import CAMPAIGNS, TEMPLATES
from drip.catalog.letters import Rendered, compile_letter, render
from drip.catalog.parse import parse_campaign
from drip.catalog.previewing.as_outlook import as_outlook
from drip.catalog.previewing.pages import INDEX, Preview, preview
from drip.catalog.previewing.reader import sample_reader
from drip.catalog.previewing.views import without_pictures
from drip.catalog.values import LINKS, example_values
from drip.domain.campaign import Campaign

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]
NOW = datetime(2026, 1, 5, 15, tzinfo=UTC)
KEYS = sorted(file.stem for file in CAMPAIGNS.glob("*.toml"))
NO_LINKS = {**dict.fromkeys(LINKS, "https://drip.example/"), "to": str}
ADDRESS = re.compile(r"\s<https?://[^>]*>")
KEPT = (390, 600)  # the widths of which screenshots are kept
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(25, 28, 31)"}

MEASURE = """() => {
  const parts = c => c.match(/[\\d.]+/g).map(Number);
  const curve = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.map(v => curve(v / 255)); return .2126 * r + .7152 * g + .0722 * b; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const mid = c => (Math.max(...c) + Math.min(...c)) / 2 / 255;
  const turned = c => { const d = 255 * (1 - 2 * mid(c)); return c.map(v => Math.min(255, Math.max(0, v + d))); };
  const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
                        if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const faint = [], inverted = [], darkened = [], small = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility()) continue;
    const style = getComputedStyle(holder), ink = parts(style.color).slice(0, 3), paper = behind(holder);
    if (ratio(ink, paper) < 4.5) faint.push(node.data.trim());
    if (ratio(turned(ink), turned(paper)) < 4.5) inverted.push(node.data.trim());
    const shade = mid(paper) > .5 ? turned(paper) : paper, shine = mid(ink) < .5 ? turned(ink) : ink;
    if (ratio(shine, shade) < 4.5) darkened.push(node.data.trim());
    if (parseFloat(style.fontSize) < 14) small.push(node.data.trim());
  }
  const pressed = [...document.querySelectorAll('.answer a, .choices a')].map(a => a.getBoundingClientRect());
  return { wide: Math.max(0, document.documentElement.scrollWidth - innerWidth), faint, inverted, darkened, small,
           buttons: pressed.length, low: pressed.filter(b => b.height < 44 || b.width < 44).length,
           tight: document.querySelectorAll(':is(.answer, .choices):not(.room *)').length,
           sheet: Math.round(document.querySelector('.sheet').getBoundingClientRect().width),
           paper: getComputedStyle(document.body).backgroundColor,
           tables: [...document.querySelectorAll('table:not([role=presentation])')].length,
           lang: [document.documentElement.lang, document.querySelector('[role=article]').lang],
           words: document.body.innerText };
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter of a campaign, and where it stands among them."""

    name: str
    letter: Rendered


@cache
def made(key: str) -> Preview:
    """The preview of a starter campaign."""
    return preview(sample_reader(campaign_of(key), NOW), TEMPLATES)


def campaign_of(key: str) -> Campaign:
    """A starter campaign as its file stands."""
    file = CAMPAIGNS / f"{key}.toml"
    return parse_campaign(file.read_text("utf-8"), str(file))


@cache
def in_short() -> Preview:
    """The first letter of the first campaign and its closing email."""
    campaign = campaign_of("monthly-value")
    return preview(sample_reader(replace(campaign, steps=campaign.steps[:1]), NOW), TEMPLATES)


def letters(of: Preview, *, strangers: bool = False) -> Iterable[Shown]:
    """Every letter of a preview, to somebody of whom all is known, and to a stranger where wanted."""
    for look in of.looks:
        assert look.letter and look.stranger, look.findings
        yield Shown(look.step, look.letter)
        if strangers:
            yield Shown(f"{look.step}-stranger", look.stranger)


def one_line(text: str) -> str:
    """The words alone, without the dots that part links in a row: in the text part each has its own line."""
    return " ".join(word for word in text.split() if word != "\u00b7")


async def is_easy_to_read(browser: "Browser", shown: Iterable[Shown], folder: Path) -> None:
    """Measure letters at every width, light and dark, and keep a screenshot of each."""
    for scheme in ("light", "dark"):
        context = await browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        for one in shown:
            await page.set_content(one.letter.html)
            for width, sheet in ((360, 360), (390, 390), (600, 600), (1000, 600)):
                await page.set_viewport_size({"width": width, "height": 800})
                found: dict[str, Any] = await page.evaluate(MEASURE)
                place = f"{one.name} {scheme} {width}"
                assert found.pop("buttons") >= 1, place
                assert one_line(found.pop("words")) in one_line(words_of(one.letter)), place
                assert found.pop("sheet") == sheet, place
                assert found.pop("paper") == PAPER[scheme], place
                assert found.pop("lang") == ["en", "en"], place
                turned = found.pop("inverted") + found.pop("darkened")
                assert scheme == "dark" or turned == [], place  # what asks for no dark may be made dark by force
                assert not any(found.values()), (place, found)
                if width in KEPT:
                    await page.screenshot(path=folder / f"{one.name}-{scheme}-{width}.png", full_page=True)
        await context.close()


def words_of(letter: Rendered) -> str:
    """The words of the text part, its addresses left out."""
    return ADDRESS.sub("", letter.text)


async def test_m20_m50_a_letter_is_easy_to_read_and_its_text_part_says_all_of_it(
    browser: "Browser", tmp_path: Path
) -> None:
    shown = list(letters(in_short()))
    await is_easy_to_read(browser, shown, tmp_path)
    images = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert len(images) == len(shown) * 4
    assert images["cost-of-downtime-light-600.png"] != images["cost-of-downtime-dark-600.png"]


@pytest.mark.long
async def test_every_letter_of_every_campaign_is_easy_to_read(browser: "Browser", tmp_path: Path) -> None:
    for key in KEYS:
        (tmp_path / key).mkdir()
        await is_easy_to_read(browser, list(letters(made(key), strangers=True)), tmp_path / key)


async def test_in_outlook_a_letter_is_600_wide_and_its_buttons_are_buttons(page: "Page") -> None:
    await page.set_viewport_size({"width": 1000, "height": 800})
    for one in letters(in_short()):
        await page.set_content(as_outlook(one.letter.html).html)
        found = await page.evaluate("""() => {
            const cells = [...document.querySelectorAll('.answer td, .choices td')];
            return { wide: document.querySelector('.sheet').getBoundingClientRect().width,
                     low: cells.filter(c => c.getBoundingClientRect().height < 44).length,
                     bare: cells.filter(c => getComputedStyle(c).paddingLeft !== '24px').length,
                     unseen: cells.filter(c => getComputedStyle(c).backgroundColor === 'rgba(0, 0, 0, 0)'
                                            && getComputedStyle(c).borderLeftWidth !== '1px').length,
                     words: document.body.innerText }; }""")
        words = one_line(found.pop("words"))
        assert found == {"wide": 600, "low": 0, "bare": 0, "unseen": 0}, one.name
        assert words in one_line(words_of(one.letter)), one.name


async def test_a_picture_is_no_wider_than_a_phone_and_one_that_is_not_loaded_is_told_in_words(
    page: "Page", tmp_path: Path
) -> None:
    shutil.copytree(TEMPLATES / "layouts", tmp_path / "layouts")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "subject.txt").write_text("one picture", "utf-8")
    drawn = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='552' height='220'/%3E"
    picture = f'<img src="{drawn}" width="552" alt="Two curves">'
    block = "{% block message %}<p>" + picture + "</p>{% endblock %}"
    (tmp_path / "one" / "body.html").write_text('{% extends "layouts/letter.html" %}' + block, "utf-8")
    letter = render(compile_letter(tmp_path, "one"), {**example_values(), "links": NO_LINKS})
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.set_content(letter.html)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    assert await page.evaluate("document.images[0].width") == 328  # what the margins leave
    await page.set_content(without_pictures(letter.html))
    assert await page.evaluate("document.images[0].naturalWidth") == 0
    style = "getComputedStyle(document.images[0])"
    assert await page.evaluate(f"[{style}.fontSize, {style}.color]") == ["14px", "rgb(92, 101, 109)"]


@pytest.mark.parametrize("width", [360, 1320])
async def test_the_pages_of_a_preview_fit_the_screen_and_show_letters_whole(
    browser: "Browser", tmp_path: Path, width: int
) -> None:
    for name, text in in_short().pages.items():
        (tmp_path / name).write_text(text, "utf-8")
    context = await browser.new_context(viewport={"width": width, "height": 900})
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto((tmp_path / INDEX).as_uri())
    await page.screenshot(path=tmp_path / "index.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("link", name="what does a stopped minute cost you?").click()
    await page.get_by_role("heading", name="what does a stopped minute cost you?").wait_for()
    await page.wait_for_function("[...document.querySelectorAll('main > .row iframe')].every(f => f.style.height > '')")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    cut = """() => [...document.querySelectorAll('main > .row iframe')].filter(f => {
        const inside = f.contentDocument.documentElement, seen = f.getBoundingClientRect();
        const room = f.parentElement.getBoundingClientRect();
        return inside.scrollHeight > f.clientHeight || inside.scrollWidth > f.clientWidth
            || seen.width > room.width + 1 || seen.height > room.height + 1; }).map(f => f.title)"""
    assert await page.evaluate(cut) == []
    dark = "getComputedStyle(document.querySelector('iframe[title$=dark]').contentDocument.body).backgroundColor"
    assert await page.evaluate(dark) == PAPER["dark"]
    await page.screenshot(path=tmp_path / "letter.png", full_page=True)
    await page.keyboard.press("ArrowRight")
    await page.get_by_role("heading", name="closing your file").wait_for()
    assert asked and all(url.startswith(("file:", "data:", "about:")) for url in asked)
    await context.close()
