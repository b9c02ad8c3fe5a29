"""A terminal in an empty folder, with a database of its own, and one where the work can begin."""

import shutil
from pathlib import Path

import pytest

from drip.cli.main import main
from tests.unit.cli.typing_in import Terminal

CONTACTS = """Email,First name,Last name,Company name,Country/Region,State/Region,Time zone
ann.jones@acme.com,Ann,Jones,Acme,United States,New York,America/New_York
bob@acme.com,Bob,Stone,Acme,United States,New York,America/New_York
carol@other.co.uk,Carol,Ørsted,Other plc,United Kingdom,,Europe/London
"""


@pytest.fixture
def drip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal on a fresh machine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return Terminal(capsys)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where Kim is a rep, three prospects are imported and the campaign is published."""
    folder = tmp_path_factory.mktemp("begun")
    contacts = folder / "contacts.csv"
    contacts.write_text(CONTACTS, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRIP_DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'drip.db'}")
        for words in (
            ["rep", "add", "kim@seller.com", "--name", "Kim Lee", "--time-zone", "America/New_York"],
            ["campaign", "publish", "monthly-value"],
            ["prospect", "import", str(contacts)],
        ):
            assert main(words) == 0
    return folder


@pytest.fixture
def desk(drip: Terminal, begun: Path, tmp_path: Path) -> Terminal:
    """A terminal in a copy of that folder."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return drip
