"""`drip events`: a key to copy, and words where nothing can be posted."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.typing_in import Terminal

SECRET = "a secret for the tests that is long enough"
NOBODY = "http://127.0.0.1:1/events"


@pytest.fixture
def drip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIP_SECRET", SECRET)
    return Terminal(capsys)


def test_the_key_stands_alone_and_how_to_use_it_beside_it(drip: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIP_PUBLIC_URL", "https://drip.example.com/")
    shown = drip("events key")
    [key] = shown.out.splitlines()
    assert len(key) == 64 and "curl https://drip.example.com/events" in shown.err
    [told] = drip("events key --json").objects
    assert told == {"key": key, "number": 1, "url": "https://drip.example.com/events"}
    monkeypatch.setenv("DRIP_EVENTS_KEY", "2")
    assert drip("events key").out.strip() != key


def test_where_nothing_can_be_posted_it_says_why(drip: Terminal) -> None:
    Path("one").write_text(json.dumps({"events": []}))
    for words, code, said in (
        (f"events send one --to {NOBODY}", 1, "cannot be reached: "),
        ("events send one --to ftp://drip.example.com", 2, "such as https://drip.example.com/events"),
        ("events send two", 2, "two cannot be read: no such file"),
    ):
        told = drip(words)
        assert (told.code, told.out) == (code, "") and said in told.err
