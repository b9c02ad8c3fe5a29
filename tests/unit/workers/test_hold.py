"""One process at a time sends from a SQLite file."""

from pathlib import Path

import pytest

from workers.hold import HeldError, hold


def test_a_held_database_is_refused_to_others_and_free_again_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "drip.db"
    with hold(file):
        with pytest.raises(HeldError, match=r"already runs on .*drip\.db"), hold(file):
            pass
        with hold(tmp_path / "another.db"):
            pass
    with hold(file):
        pass


def test_a_database_server_is_held_by_nobody() -> None:
    with hold(None), hold(None):
        pass
