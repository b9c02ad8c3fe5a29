"""Mails to reps as mail programs show them: they fit, and nothing in them is faint, light or dark, also in Outlook.

The screenshots of a test that failed lie in its temporary folder, to be looked at; those of all of them with
`-o tmp_path_retention_policy=all`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from drip.catalog.notices import Words, render_notice
from drip.catalog.previewing.as_outlook import as_outlook
from tests.browser.test_letters import MEASURE

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]
KIM, PAGE, LONG = "kim@seller.example", "https://drip.example/r/token", "Donaudampfschifffahrtsgesellschaft & Co"
QUOTE = "Hello Kim,\n\nthe checklist was useful. Can you call me on Tuesday before nine?\nAnn"
ASKED = "call on Mon 2 March (“not now, please try me again at the beginning of March if you like”)"
ROWS = [
    ("Why", "The prospect replied"),
    ("Hot button", "unplanned stops on line 3, four a week"),
    ("They said", QUOTE.replace("\n", " ")),
    ("Suggested", ASKED),
    ("Sent", "7 Jan: Five-minute stops, and what they cost; 7 Dec: The cost of an hour"),
    ("Clicked", "9 Jan: Five-minute stops, and what they cost (2 times)"),
]
OUTCOMES = [(f"{PAGE}/{words}", words) for words in ("Meeting set", "Not ready", "No answer", "Voicemail", "Other")]


def call(**more: Any) -> dict[str, Any]:
    """One call of a morning."""
    known = {"name": "Ann Jones", "who": f"Plant manager, {LONG}", "late": 0}
    return known | {
        "when": "Tue 7:30–8:30 (your 13:30–14:30)",
        "email": "ann.jones@acme.example.com",
        "phone": "+1 937-555-0141 ext. 12",
        "call": "tel:+19375550141;ext=12",
        "rows": ROWS,
        "waits": True,
        "outcomes": OUTCOMES,
        "page": PAGE,
        **more,
    }


def waiting(**more: Any) -> dict[str, Any]:
    """One thing that waits."""
    known = {"name": "Olaf Slow", "company": LONG, "words": "wrote back", "since": "Tue 6 January", "days": 20}
    return known | {"waits": True, "is_new": False, "rep": "Kim Lee", "link": f"{PAGE}/resolve", "said": QUOTE, **more}


def notices() -> dict[str, Words]:
    """One of each kind, with everything in it."""
    item = call(did="replied", company=LONG, quote=QUOTE, why=ROWS, next=["No letter goes out."], when="Mon 13:05")
    item |= {"suggested": ASKED, "suggested_on": "2026-03-02"}
    morning = {
        "email": KIM,
        "day": "Tuesday 20 January",
        "zone": "New York",
        "clocks": True,
        "today": [call(), call(call="", phone="")],
        "overdue": [call(late=13, when="12:01 there now; best was 7:30–8:30 (your 2:30–3:30)")],
        "counts": {"today": 3, "overdue": 2},
        "waiting": [waiting()],
        "tasks": [waiting(waits=False)],
        "escalated": [waiting(link="")],
    }
    figures = [(1_204, "letters sent"), (1, "opt-in"), (0, "replies"), (12, "recalls moved up"), (3, "files saved")]
    groups = [{"name": LONG, "figures": figures}, {"name": "Second look", "figures": figures}]
    weekly = {"email": KIM, "everybody": True, "span": "12 to 18 January", "groups": groups}
    return {
        "alert": render_notice("alert", {"email": KIM, "items": [item, item | {"page": ""}, item], "in_full": 2}),
        "morning": render_notice("morning", morning),
        "weekly": render_notice("weekly", weekly | {"letters": 1_204, "opt_ins": 1, "escalated": [waiting()]}),
    }


async def test_they_fit_and_nothing_is_faint(browser: "Browser", tmp_path: Path) -> None:
    for scheme in ("light", "dark"):
        context = await browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        for name, words in notices().items():
            await page.set_content(words.html)
            for width, sheet in ((360, 360), (1000, 600)):
                await page.set_viewport_size({"width": width, "height": 800})
                found: dict[str, Any] = await page.evaluate(MEASURE)
                assert (found["wide"], found["sheet"]) == (0, sheet), (name, scheme, width)
                assert [found[one] for one in ("faint", "small", "tables")] == [[], [], 0], (name, scheme, width, found)
                assert scheme == "dark" or found["inverted"] + found["darkened"] == [], (name, found)
                await page.screenshot(path=tmp_path / f"{name}-{scheme}-{width}.png", full_page=True)
        await context.close()


async def test_outlook_for_windows_shows_them_as_they_are_meant(browser: "Browser", tmp_path: Path) -> None:
    page = await browser.new_page()
    for name, words in notices().items():
        await page.set_viewport_size({"width": 1000, "height": 800})
        await page.set_content(as_outlook(words.html).html)
        found: dict[str, Any] = await page.evaluate(MEASURE)
        assert (found["wide"], found["sheet"], found["faint"]) == (0, 600, []), (name, found)
        await page.screenshot(path=tmp_path / f"{name}-outlook.png", full_page=True)
    await page.close()
