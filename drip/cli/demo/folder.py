"""The folder a demo is kept in: a new one, or an empty one that was named."""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from drip.cli.output import InputError

DATABASE = "drip.db"
_NAME = "drip-demo"


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one demo stands."""

    path: Path

    @property
    def mail(self) -> Path:
        """The letters, byte for byte as the mail server received them."""
        return self.path / "mail"

    @property
    def answers(self) -> Path:
        """What people, programs and mail servers sent back, byte for byte."""
        return self.path / "answers"

    @property
    def export(self) -> Path:
        """The CRM's export that was imported."""
        return self.path / "hubspot-contacts.csv"

    @property
    def issues(self) -> Path:
        """Every bad row of it, with its reason."""
        return self.path / "import-issues.csv"

    @property
    def prospects(self) -> Path:
        """Who came in, and where they are."""
        return self.path / "prospects.csv"

    @property
    def happenings(self) -> Path:
        """What the people did."""
        return self.path / "happenings.jsonl"

    @property
    def report(self) -> Path:
        """The figures of the report."""
        return self.path / "report.json"

    @property
    def settings(self) -> str:
        """What to put before `./run` to look at this demo."""
        return f"DRIP_DATABASE_URL={shlex.quote(f'sqlite+aiosqlite:///{self.path / DATABASE}')}"


def make_folder(out: Path | None) -> Folder:
    """Make the folder: `out`, or a new one in the working folder.

    Raises InputError where something is kept there already, OSError where it cannot be made.
    """
    path = out if out is not None else _new_name()
    if path.exists() and not path.is_dir():
        raise InputError(f"--out {path}: this is a file. Name a folder that is new or empty.")
    if path.is_dir() and any(path.iterdir()):
        raise InputError(f"--out {path}: there is something in this folder already. Name one that is new or empty.")
    folder = Folder(path)
    folder.mail.mkdir(parents=True)
    folder.answers.mkdir()
    return folder


def _new_name() -> Path:
    number = 1
    while os.path.lexists(name := _NAME if number == 1 else f"{_NAME}-{number}"):
        number += 1
    return Path(name)
