"""The drip command as a person starts it: a process, a folder, a terminal that is none."""

import asyncio
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from drip.store import business_time
from drip.store.engine import open_store
from tests.acceptance.shell import Shell
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.smtp import SmtpPeer

ROOT = Path(__file__).parents[2]
SCENARIO = """campaign = "monthly-value"
start = 2026-01-05T10:00:00-05:00
until = 2027-06-30
[prospect]
email = "ann.jones@example.com"
country = "US"
time_zone = "America/New_York"
"""
BOX = "mailbox add kim --address kim@seller.com --host 127.0.0.1"


@pytest.fixture
def drip(tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(tmp_path)


HEAVY = ("sqlalchemy", "pydantic_settings", "jinja2", "css_inline", "dramatiq", "starlette", "uvicorn", "aiosmtplib")
LOADED = (
    "import sys; from drip.cli.main import main; code = main(sys.argv[1:]); "
    f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
)


@pytest.mark.parametrize("words", ["--help", "simulate year.toml", "simulate year.toml --json"])
def test_help_and_simulate_load_nothing_heavy(drip: Shell, words: str) -> None:
    """What keeps them quick; `./run bench command` measures how quick."""
    (drip.folder / "year.toml").write_text(SCENARIO, "utf-8")
    told = drip(words, program=(sys.executable, "-c", LOADED))
    assert (told.code, told.err.strip()) == (0, "")


def test_a_newcomer_comes_from_nothing_to_a_letter_in_the_maildir(drip: Shell) -> None:
    """Every hint of `up` is typed as it stands there."""
    with drip.up() as server:
        told = "".join(server.output)
        address = re.search(r"drip is up: (\S+)", told)
        assert address and "they are kept in the maildir mail/" in told
        assert "Links in letters lead to http://127.0.0.1:8025, but this is port" in told
        assert drip("campaign publish monthly-value").code == 0
        assert drip('rep add kim@seller.com --name "Kim Lee"').code == 0
        (drip.folder / "contacts.csv").write_text("Email,First name\nann@acme.com,Ann\n", "utf-8")
        assert drip("prospect import contacts.csv").code == 0
        enrolled = drip('enroll ann@acme.com --tried-to-disqualify --hot-button "unplanned stops"')
        assert enrolled.code == 0 and "First letter " in enrolled.out
        assert drip("timeline ann@acme.com --json").objects[0]["code"] == "enrolled"
        assert httpx.get(f"{address[1]}/health").status_code == 200
        second = drip("up --port 0")
        assert second.code == 2 and "The service already runs on drip.db" in second.err
        assert server.stop(signal.SIGINT) == 0


def test_a_port_that_is_taken_is_told(drip: Shell, smtp_peer: SmtpPeer) -> None:
    told = drip(f"up --port {smtp_peer.port}")
    assert told.code == 2
    assert f"127.0.0.1 port {smtp_peer.port}" in told.err and "DRIP_PORT" in told.err


def test_a_closed_port_is_told_by_the_check(drip: Shell) -> None:
    port = free_port()
    assert drip(f"{BOX} --port {port} --security none").code == 0
    told = drip("mailbox check --no-dns")
    assert told.code == 1
    assert f"  fail  server      no connection to 127.0.0.1 port {port}: connection refused" in told.out
    assert f"Nothing listens on port {port} there. Check host and port" in told.out


def test_a_database_with_a_clock_of_its_own_is_looked_at_as_it_was_left(drip: Shell) -> None:
    assert drip("campaign publish monthly-value").code == 0
    left = datetime(2027, 3, 2, 15, tzinfo=UTC)

    async def leave() -> None:
        store = open_store(f"sqlite+aiosqlite:///{drip.folder / 'drip.db'}")
        async with store.begin() as unit:
            await business_time.move(unit, left)
        await store.close()

    asyncio.run(leave())
    with drip.up() as server:
        told = "".join(server.output)
    assert "stands at Tue 2 Mar 2027 15:00 UTC" in told
    assert "drip campaign publish" not in told  # it is published already


def test_postgresql_is_never_changed_unasked(drip: Shell, postgres: Postgres) -> None:
    name = postgres.create()
    shell = Shell(drip.folder, {"DRIP_DATABASE_URL": postgres.url(name)})
    for words in ("rep list", "up --port 0"):
        told = shell(words)
        assert (told.code, told.out) == (2, "")
        assert "is empty, and this drip needs" in told.err and "Run `drip db upgrade`" in told.err
    told = shell("db upgrade")
    assert told.code == 0 and "it was empty" in told.out
    assert "nothing was to be done" in shell("db upgrade").out
    assert shell('rep add kim@seller.com --name "Kim Lee"').code == 0
    assert shell("rep list --json").objects[0]["email"] == "kim@seller.com"
    assert shell("doctor").code == 0
    postgres.drop(name)


def test_a_reader_that_leaves_early_is_no_error(drip: Shell) -> None:
    (drip.folder / "year.toml").write_text(SCENARIO, "utf-8")
    words = [sys.executable, "-m", "drip", "simulate", "year.toml", "--json"]
    process = subprocess.Popen(
        words, cwd=drip.folder, env=drip.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == ""


def at_terminal(drip: Shell, words: str, wish: Mapping[str, str]) -> bytes:
    """What a terminal shows while a command runs there; it must end well."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm", **drip.environment, **wish}
    typed = [sys.executable, "-m", "drip", *words.split()]
    process = subprocess.Popen(typed, cwd=drip.folder, env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert process.wait(30) == 0
    return shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side is closed
        return b""


@pytest.mark.parametrize(("wish", "bold"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_gets_colours_unless_they_are_unwanted(drip: Shell, wish: dict[str, str], bold: bool) -> None:
    (drip.folder / "year.toml").write_text(SCENARIO, "utf-8")
    assert (b"\x1b[1m" in at_terminal(drip, "simulate year.toml", wish)) is bold


def test_an_import_shows_its_progress_on_a_terminal_only(drip: Shell) -> None:
    rows = "".join(f"ann.{n}@acme.com\n" for n in range(2500))
    (drip.folder / "contacts.csv").write_text(f"Email\n{rows}", "utf-8")
    assert b"2500/2500" in at_terminal(drip, "prospect import contacts.csv", {})
    told = drip("prospect import contacts.csv")
    assert "/2500" not in told.err and "2,500  unchanged" in told.out


def test_names_that_the_terminal_cannot_show_stop_nothing(drip: Shell) -> None:
    text = SCENARIO.replace('"monthly-value"', '{ name = "Ørsted", steps = [{ key = "a" }] }')
    (drip.folder / "year.toml").write_text(text, "utf-8")
    told = Shell(drip.folder, {"PYTHONIOENCODING": "ascii"})("simulate year.toml")
    assert told.code == 0 and told.out.startswith("?rsted, for ann.jones@example.com\n")
