"""The secret that signs links is made once and kept to its owner; passwords are sealed with it."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from drip.config import Settings, SettingsError, load_settings
from drip.wiring import SECRET_FILE, load_secret, seal, unseal, wire

SECRET = b"a secret that is long enough to be one"


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings with the database in a folder."""
    return load_settings(database_url=f"sqlite+aiosqlite:///{folder / 'drip.db'}", **more)


def test_the_first_run_makes_a_secret_and_later_ones_find_it(tmp_path: Path) -> None:
    first = load_secret(settings_in(tmp_path))
    assert len(first) >= 32
    assert load_secret(settings_in(tmp_path)) == first
    assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_secret_of_the_settings_needs_no_file(tmp_path: Path) -> None:
    assert load_secret(settings_in(tmp_path, secret=SECRET.decode())) == SECRET
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"missing.*DRIP_SECRET"):
        load_secret(settings_in(tmp_path / "missing"))


def test_a_sealed_password_is_opened_only_with_its_secret() -> None:
    sealed = seal(SECRET, "pa55 wörd")
    assert "pa55" not in sealed
    assert unseal(SECRET, sealed) == "pa55 wörd"
    with pytest.raises(SettingsError, match="another secret"):
        unseal(SECRET + b"!", sealed)


def test_nothing_shows_the_secret(tmp_path: Path) -> None:
    wired = wire(settings_in(tmp_path, secret=SECRET.decode()))
    assert SECRET.decode() not in repr(wired.sending)
    assert SECRET.decode() not in repr(wired.sending.way_out)


def test_a_short_lease_leaves_most_of_itself_to_send_in(tmp_path: Path) -> None:
    short = settings_in(tmp_path, secret=SECRET.decode(), lease=timedelta(seconds=8), handing=timedelta(seconds=12))
    assert wire(short).sending.limits.margin == timedelta(seconds=2)
    usual = settings_in(tmp_path, secret=SECRET.decode())
    assert wire(usual).sending.limits.margin == timedelta(seconds=20)
