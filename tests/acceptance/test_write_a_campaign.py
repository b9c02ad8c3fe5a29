"""Marketing writes a campaign by following campaigns/README.md word for word, in a project and a home of its own."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from drip.catalog.files import CAMPAIGNS, TEMPLATES
from tests.acceptance.shell import Shell, Told

README = (CAMPAIGNS / "README.md").read_text("utf-8")
COMMAND = re.compile(r"^\./run (campaign .*?)(?: +# .*)?$", re.MULTILINE)
FILE = re.compile(r"`((?:campaigns|templates)/\S+)`[^`]*\n\n```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def drip(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell in a fresh copy of the project's campaigns and letters."""
    folder = tmp_path_factory.mktemp("marketing")
    shutil.copytree(CAMPAIGNS, folder / "campaigns")
    shutil.copytree(TEMPLATES, folder / "templates")
    settings = {"DRIP_CAMPAIGNS": "campaigns", "DRIP_TEMPLATES": "templates", "DRIP_PROGRAM": "./run"}
    return Shell(folder, settings)


def commands() -> list[str]:
    """What the reader is told to type, in order."""
    return [words for block in FENCED.findall(README) for words in COMMAND.findall(block)]


def pages() -> Iterator[tuple[str, str]]:
    """(path, text) of the files the reader is told to write."""
    yield from FILE.findall(README)


def test_the_readme_is_followed_word_for_word(drip: Shell) -> None:
    begin, check, *others = commands()
    assert drip(begin).code == 0
    before = drip(check)
    assert before.code == 1
    left = [line for line in before.out.splitlines() if "still to be written" in line]
    assert len(left) == len(before.out.splitlines()) == 12
    written = [path for path, _ in pages()]
    assert len(written) == 5
    for path, text in pages():
        assert (drip.folder / path).is_file(), f"{begin} should have made {path}"
        (drip.folder / path).write_text(text, "utf-8")
    assert _well(drip(check)).err.startswith("campaigns/safety-first.toml: nothing is wrong. Look at it: `./run ")
    told = [_well(drip(words)) for words in others]
    assert [words.split()[1] for words in others] == ["preview", "publish"]
    assert (drip.folder / "safety-first-preview" / "index.html").is_file()
    assert "Published safety-first version 1." in told[-1].out
    assert "what does the night shift know?" in (drip.folder / "safety-first-preview" / "index.html").read_text("utf-8")


def test_what_is_copied_is_the_project_itself() -> None:
    """So that a path in the README is one below the project's folder."""
    assert CAMPAIGNS.parent == TEMPLATES.parent == Path(__file__).parents[2]


def _well(told: Told) -> Told:
    assert told.code == 0, told.out + told.err
    return told
