"""`drip campaign new` begins a campaign whose check says what is still to be written."""

from pathlib import Path

import pytest

from drip.catalog.files import TEMPLATES
from tests.unit.cli.typing_in import Terminal


@pytest.fixture
def project(drip: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a project with layouts and no campaign."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "templates").mkdir()
    for name in ("layouts", "closing-your-file"):
        (tmp_path / "templates" / name).symlink_to(TEMPLATES / name)
    monkeypatch.setenv("DRIP_CAMPAIGNS", str(tmp_path / "campaigns"))
    monkeypatch.setenv("DRIP_TEMPLATES", str(tmp_path / "templates"))
    return drip


def test_it_makes_the_file_and_the_letters_and_names_them(project: Terminal, tmp_path: Path) -> None:
    told = project('campaign new safety-first --letter near-misses --letter rest --name "Safety at work" --json')
    [begun] = told.objects
    assert begun["files"] == [
        "campaigns/safety-first.toml",
        "templates/safety-first/near-misses/subject.txt",
        "templates/safety-first/near-misses/body.html",
        "templates/safety-first/rest/subject.txt",
        "templates/safety-first/rest/body.html",
    ]
    assert all((tmp_path / file).is_file() for file in begun["files"])
    shown = project("campaign show safety-first").out
    assert "Safety at work (safety-first)" in shown and "near-misses" in shown and "rest" in shown


def test_the_check_names_what_is_still_to_be_written_with_its_line(project: Terminal, tmp_path: Path) -> None:
    told = project("campaign new safety-first")
    assert told.out.splitlines()[0] == "Wrote campaigns/safety-first.toml"
    assert "`drip campaign check safety-first` tells what is left to do." in told.err
    checked = project("campaign check safety-first")
    assert checked.code == 1
    where = [line.split(": error: ")[0].rpartition("first-letter/")[2] for line in checked.out.splitlines()]
    assert where == ["subject.txt:1", "body.html:3", "body.html:6", "body.html:7", "body.html:8", "body.html:8"]
    assert "[[what you would type to one person]] is still to be written." in checked.out
    for name in ("subject.txt", "body.html"):
        file = tmp_path / "templates" / "safety-first" / "first-letter" / name
        file.write_text(file.read_text("utf-8").replace("[[", "").replace("]]", ""), "utf-8")
    assert project("campaign check safety-first").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("'Safety First'", '"Safety First" cannot be the key of a campaign. Use a-z, 0-9 and hyphens: safety-first.'),
        ("../outside", '"../outside" cannot be the key of a campaign.'),
        ("safety --letter near_misses", '"near_misses" cannot be the key of a letter.'),
        ("safety --letter closing", '"closing" is the key of the closing email.'),
        ("safety --letter one --letter one", 'Two letters cannot both be "one".'),
        ("there", "campaigns/there.toml is there already. Go on writing it, or choose another key."),
        ("half", "templates/half/first-letter/body.html is there already."),
    ],
)
def test_a_mistake_is_told_and_nothing_is_written(project: Terminal, tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "campaigns" / "there.toml").write_text("mine", "utf-8")
    (tmp_path / "templates" / "half" / "first-letter").mkdir(parents=True)
    (tmp_path / "templates" / "half" / "first-letter" / "body.html").write_text("mine", "utf-8")
    answer = project(f"campaign new {words}")
    assert (answer.code, answer.out) == (2, "")
    assert told in " ".join(answer.err.split())
    assert [file.name for file in (tmp_path / "campaigns").iterdir()] == ["there.toml"]
