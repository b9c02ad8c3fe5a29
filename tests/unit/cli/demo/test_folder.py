"""The demo's folder: a new one, never one that holds something."""

from pathlib import Path

import pytest

from drip.cli.demo.folder import make_folder
from drip.cli.output import InputError


def test_without_a_name_it_takes_the_next_that_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [str(make_folder(None).path) for _ in range(3)] == ["drip-demo", "drip-demo-2", "drip-demo-3"]
    assert (tmp_path / "drip-demo-3" / "mail").is_dir()


def test_an_empty_folder_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    assert make_folder(tmp_path / "new").mail.is_dir()
    with pytest.raises(InputError, match="something in this folder"):
        make_folder(tmp_path / "new")


def test_the_settings_are_quoted_where_a_shell_needs_it(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "two words")
    assert folder.settings.startswith("DRIP_DATABASE_URL='sqlite+aiosqlite:///")
    assert folder.settings.endswith("two words/drip.db'")
