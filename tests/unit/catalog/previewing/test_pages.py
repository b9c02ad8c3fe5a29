"""The pages of a preview: every letter in every view, what is wrong with it, and nothing loaded from elsewhere."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from drip.catalog.parse import parse_campaign
from drip.catalog.previewing.look import CLIPPED
from drip.catalog.previewing.pages import INDEX, MARK, Preview, preview
from drip.catalog.previewing.reader import sample_reader
from drip.catalog.previewing.views import in_scheme, without_pictures
from tests.unit.catalog.sound import BODY, CAMPAIGN

NOW = datetime(2026, 1, 5, 15, tzinfo=UTC)
FRAME = re.compile(r'<iframe width="(\d+)"[^>]* title="([^"]+)" srcdoc="([^"]*)"')


@pytest.fixture
def made(templates: Path) -> Preview:
    """The pages of the sound campaign."""
    return preview(sample_reader(parse_campaign(CAMPAIGN, "small.toml"), NOW), templates)


def test_a_letter_is_shown_in_every_view_at_its_width(made: Preview) -> None:
    shown = [(int(width), title) for width, title, _ in FRAME.findall(made.pages["01-one.html"])]
    assert shown == [
        (600, "600 px, light"),
        (600, "600 px, dark"),
        (375, "Phone, light"),
        (375, "Phone, dark"),
        (600, "Pictures off"),
        (600, "Outlook for Windows"),
        (600, "600 px, light"),  # to somebody of whom little is known
    ]


def test_the_text_part_stands_on_the_page_whole(made: Preview) -> None:
    [look] = made.looks
    parts = [unescape(part) for part in re.findall(r"<pre[^>]*>(.*?)</pre>", made.pages["01-one.html"], re.DOTALL)]
    assert look.letter and look.stranger
    assert parts == [look.letter.text, look.stranger.text]


def test_pages_load_nothing_and_know_each_other(made: Preview) -> None:
    for page in made.pages.values():
        assert MARK in page
        assert not re.search(r"""<(?:img|script|link|iframe)\b[^>]*\b(?:src|href)="(?!data:,")""", page)
        for target in re.findall(r'<a [^>]*href="([^"]+)"', re.sub(r'srcdoc="[^"]*"', "", page)):
            assert target in made.pages
    assert 'href="01-one.html"' in made.pages[INDEX]


def test_the_index_says_subject_size_and_day(made: Preview) -> None:
    page = made.pages[INDEX]
    assert "one idea" in page and "Tue 6 Jan 2026" in page and "1 business day after enrolling" in page
    assert "Mon to Fri, 08:00 to 17:00, America/New_York" in page
    [look] = made.looks
    assert f"{look.weight / 1024:.1f} kB" in page


def test_a_letter_that_cannot_be_made_has_a_page_that_says_why(templates: Path, write) -> None:
    write("body.html", BODY.replace("One idea.", "{{ prospect.nickname }}"))
    made = preview(sample_reader(parse_campaign(CAMPAIGN, "small.toml"), NOW), templates)
    assert made.broken == 1 and made.looks[0].letter is None
    assert "prospect.nickname" in made.pages["01-one.html"] and "cannot be made yet" in made.pages["01-one.html"]
    assert "cannot be made yet" in made.pages[INDEX]


def test_a_letter_gmail_would_cut_off_is_warned_of(templates: Path, message) -> None:
    message("<p>" + "word " * 21_500 + "</p>")
    made = preview(sample_reader(parse_campaign(CAMPAIGN, "small.toml"), NOW), templates)
    assert made.looks[0].weight > CLIPPED
    assert "cut off what is beyond 100 kB" in made.pages[INDEX] and 'class="size warn"' in made.pages[INDEX]


def test_light_and_dark_are_what_they_say_whatever_the_machine_likes() -> None:
    html = (
        '<html style="color-scheme: light dark"><style>@media (prefers-color-scheme: dark) { p { color: red } }</style>'
    )
    assert "@media all {" in in_scheme(html, "dark") and "color-scheme: dark" in in_scheme(html, "dark")
    assert "@media not all {" in in_scheme(html, "light") and "color-scheme: light;" not in in_scheme(html, "dark")


def test_a_letter_without_pictures_may_load_none() -> None:
    assert "img-src 'none'" in without_pictures("<html><head><title>x</title></head><body></body></html>")
