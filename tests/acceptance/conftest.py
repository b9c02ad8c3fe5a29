"""What acceptance tests share: the places the service runs in, the demo that was played, and a terminal."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.place import place
from tests.acceptance.playing import played
from tests.unit.cli.typing_in import Terminal

__all__ = ["place", "played"]


@pytest.fixture
def drip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], migrated_file: Path
) -> Terminal:
    """A terminal in a folder with a database."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(migrated_file, tmp_path / "drip.db")
    return Terminal(capsys)
