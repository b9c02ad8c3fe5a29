"""`drip campaign preview` at a terminal: pages in a folder, for somebody made up or a real prospect."""

from pathlib import Path

import pytest

from tests.unit.cli.typing_in import Terminal

PREVIEW = "campaign preview monthly-value.toml"
SHORT = """name = "Monthly value, in short"
[[steps]]
key = "cost-of-downtime"
"""


@pytest.fixture(autouse=True)
def _short(tmp_path: Path) -> None:
    """A campaign of the same key as the published one, with its first letter and the closing email."""
    (tmp_path / "monthly-value.toml").write_text(SHORT, "utf-8")


def test_every_letter_gets_a_page_beside_an_index(drip: Terminal, tmp_path: Path) -> None:
    told = drip(f"{PREVIEW} --json")
    assert told.code == 0
    assert [one["n"] for one in told.objects] == [1, None]
    assert told.objects[0]["subject"] == "what does a stopped minute cost you?"
    assert all(one["warnings"] == [] and 3_000 < one["bytes"] < 20_000 for one in told.objects)
    folder = tmp_path / "monthly-value-preview"
    assert {str(folder / Path(one["page"]).name) for one in told.objects} | {str(folder / "index.html")} == {
        str(file) for file in folder.iterdir()
    }
    assert not (tmp_path / "drip.db").exists(), "nobody real is shown, so no database is needed"


def test_a_real_prospect_is_shown_as_the_letter_would_greet_them(desk: Terminal, tmp_path: Path) -> None:
    assert desk(f"{PREVIEW} --prospect bob@acme.com --out bob").code == 0
    page = (tmp_path / "bob" / "01-cost-of-downtime.html").read_text("utf-8")
    assert "Bob Stone (bob@acme.com), as if enrolled now" in page
    assert "Hi Bob,\n" in page and "Kim Lee" in page
    desk('enroll ann.jones@acme.com --tried-to-disqualify --hot-button "unplanned stops"')
    assert desk(f"{PREVIEW} --prospect ann.jones@acme.com --out ann").code == 0
    page = (tmp_path / "ann" / "01-cost-of-downtime.html").read_text("utf-8")
    assert "Ann Jones (ann.jones@acme.com), enrolled on " in page
    assert "When we talked, you brought up unplanned stops." in page


def test_pages_of_letters_that_are_no_more_are_taken_away_and_other_files_left(drip: Terminal, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "mine.html").write_text("mine", "utf-8")
    drip(f"{PREVIEW} --out pages")
    (tmp_path / "pages" / "01-cost-of-downtime.html").rename(tmp_path / "pages" / "01-old.html")
    drip(f"{PREVIEW} --out pages")
    names = {file.name for file in (tmp_path / "pages").iterdir()}
    assert {"mine.html", "01-cost-of-downtime.html"} <= names and "01-old.html" not in names


def test_what_cannot_be_shown_is_told(desk: Terminal, tmp_path: Path) -> None:
    told = desk(f"{PREVIEW} --prospect nobody@acme.com")
    assert (told.code, told.out) == (2, "") and "There is no prospect for the address nobody@acme.com" in told.err
    (tmp_path / "file").write_text("", "utf-8")
    assert "--out: file is a file. Name a folder" in desk(f"{PREVIEW} --out file").err
    (tmp_path / "small.toml").write_text('name = "Small"\n[[steps]]\nkey = "nothing-here"\n', "utf-8")
    told = desk("campaign preview small.toml")
    assert told.code == 1 and "1 letter cannot be made; `drip campaign check small.toml` says where" in told.err
    assert (tmp_path / "small-preview" / "01-nothing-here.html").exists()
