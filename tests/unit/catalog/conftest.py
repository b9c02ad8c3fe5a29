"""A templates folder with one sound letter, for tests to break."""

from pathlib import Path

import pytest

from tests.unit.catalog.sound import BODY, LAYOUT


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """The folder; its letter is small/one, its campaign is CAMPAIGN."""
    for name, text in (
        ("layouts/letter.html", LAYOUT),
        ("small/one/subject.txt", "one idea\n"),
        ("small/one/body.html", BODY),
    ):
        file = tmp_path / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "templates"


@pytest.fixture
def write(templates: Path):
    """Put a text into a file of the letter small/one, or of the templates folder."""

    def write(name: str, text: str) -> None:
        folder = templates if "/" in name else templates / "small" / "one"
        (folder / name).write_text(text, "utf-8")

    return write


@pytest.fixture
def message(write):
    """Make the letter of one message inside the layout."""

    def message(words: str) -> None:
        block = "{% block message %}" + words + "{% endblock %}"
        write("body.html", '{% extends "layouts/letter.html" %}\n' + block)

    return message
