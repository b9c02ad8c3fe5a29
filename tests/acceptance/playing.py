"""One demo as a user plays it, for all tests of it: looked at without any of drip's code."""

import csv
import email
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.shell import Shell

WITHIN = 900.0  # seconds, on a machine with much else to do


@dataclass(frozen=True)
class Played:
    """A demo that was played, looked at without any of drip's code."""

    folder: Path
    out: str
    err: str

    @cached_property
    def report(self) -> dict[str, Any]:
        return json.loads((self.folder / "report.json").read_text("utf-8"))

    @cached_property
    def mails(self) -> dict[str, Message]:
        """The letters by the name of their file."""
        paths = sorted((self.folder / "mail").iterdir())
        return {path.name: email.message_from_bytes(path.read_bytes()) for path in paths}

    @cached_property
    def answers(self) -> dict[str, Message]:
        """The mails that came back by the name of their file."""
        paths = sorted((self.folder / "answers").iterdir())
        return {path.name: email.message_from_bytes(path.read_bytes()) for path in paths}

    @cached_property
    def zones(self) -> dict[str, ZoneInfo]:
        with (self.folder / "prospects.csv").open(encoding="utf-8", newline="") as rows:
            return {row["email"]: ZoneInfo(row["time_zone"]) for row in csv.DictReader(rows)}

    @cached_property
    def happened(self) -> list[dict[str, Any]]:
        lines = (self.folder / "happenings.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def told(self, what: str) -> list[dict[str, Any]]:
        """The happenings of one kind."""
        return [one for one in self.happened if one["what"] == what]

    def local(self, message: Message) -> datetime:
        """When a letter was sent, by the clock of who it went to."""
        return parsedate_to_datetime(message["Date"]).astimezone(self.zones[recipient(message)])

    def ask(self, question: str) -> list[Any]:
        """The answer of the database."""
        with closing(sqlite3.connect(self.folder / "drip.db")) as database:
            return database.execute(question).fetchall()


def recipient(message: Message) -> str:
    return parseaddr(message["To"])[1]


def words_of(message: Message) -> str:
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Played:
    """One demo for all tests: ten months with 60 prospects; with --long what `./run demo` plays."""
    working = tmp_path_factory.mktemp("somebody's folder")
    small = "" if pytestconfig.getoption("--long") else " --prospects 60 --months 10"
    done = Shell(working, {"COLUMNS": "80"}, WITHIN)(f"demo{small}")
    assert done.code == 0, done.err
    return Played(working / "drip-demo", done.out, done.err)
