"""`drip worker`, `scheduler`, `web` and `pulse`: what they say when they cannot start, and whether one is alive."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from drip.clock import SystemClock
from drip.store.migrations import upgrade
from tests.servers.process import free_port
from tests.unit.cli.typing_in import Terminal
from workers.pulse import Pulse

SECRET = "a secret for the tests that is long enough"
KINDS = ("worker", "scheduler", "web")


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Settings of many processes whose servers do not run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DRIP_SECRET", SECRET)
    monkeypatch.setenv("DRIP_DATABASE_URL", f"postgresql://drip:opensesame@127.0.0.1:{free_port()}/drip")
    monkeypatch.setenv("DRIP_REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    return monkeypatch


def told(drip: Terminal, words: str) -> str:
    """What a command says that cannot start."""
    answer = drip(words)
    assert (answer.code, answer.out) == (2, ""), answer
    return answer.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_on_sqlite_says_that_only_one_can_be(drip: Terminal, shared: pytest.MonkeyPatch, kind: str) -> None:
    shared.delenv("DRIP_DATABASE_URL")
    assert "which only one process may send from: use `drip up`" in told(drip, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_without_the_secret_all_share_asks_for_it(
    drip: Terminal, shared: pytest.MonkeyPatch, kind: str
) -> None:
    shared.delenv("DRIP_SECRET")
    said = told(drip, kind)
    assert "DRIP_SECRET is not set" in said
    [command] = re.findall("python3 -c '(.+)'` makes one", said)
    made = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.strip()
    assert len(made) >= 32


@pytest.mark.parametrize("kind", ["worker", "scheduler"])
def test_a_process_that_needs_redis_asks_for_its_address(drip: Terminal, shared: pytest.MonkeyPatch, kind: str) -> None:
    shared.delenv("DRIP_REDIS_URL")
    assert "DRIP_REDIS_URL is not set" in told(drip, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_that_does_not_answer_is_named_without_its_password(
    drip: Terminal, shared: pytest.MonkeyPatch, kind: str
) -> None:
    said = told(drip, kind)
    assert "/drip cannot be reached" in said
    assert "DRIP_DATABASE_URL" in said
    assert "opensesame" not in said


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_database_asks_for_its_upgrade(
    drip: Terminal, shared: pytest.MonkeyPatch, postgres_url: str, kind: str
) -> None:
    shared.setenv("DRIP_DATABASE_URL", postgres_url)
    assert "Run `drip db upgrade`" in told(drip, kind)


@pytest.mark.parametrize("kind", ["worker", "scheduler"])
def test_a_redis_that_does_not_answer_is_named_without_its_password(
    drip: Terminal, shared: pytest.MonkeyPatch, postgres_url: str, kind: str
) -> None:
    asyncio.run(upgrade(postgres_url))
    shared.setenv("DRIP_DATABASE_URL", postgres_url)
    shared.setenv("DRIP_REDIS_URL", f"redis://:opensesame@127.0.0.1:{free_port()}/0")
    said = told(drip, kind)
    assert "Redis cannot be reached" in said
    assert "DRIP_REDIS_URL" in said
    assert "opensesame" not in said


def test_a_process_that_saw_its_database_just_now_is_alive(drip: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "worker.pulse"
    Pulse(file, "worker").beat(SystemClock().now(), redis_away=True)
    answer = drip(f"pulse --file {file}")
    assert answer.code == 0
    assert "The worker" in answer.out
    assert "is alive" in answer.out
    assert "Redis was away" in answer.out


def test_a_process_that_did_not_for_long_is_not_well(drip: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "scheduler.pulse"
    Pulse(file, "scheduler").beat(SystemClock().now() - timedelta(seconds=21), redis_away=False)
    answer = drip(f"pulse --file {file} --json")
    assert answer.code == 1
    found = json.loads(answer.out)
    assert found["alive"] is False
    assert found["seconds"] >= 21
    assert found["beat"]["process"] == "scheduler"


BEAT = '{{"process": "worker", "pid": 1, "at": {}, "redis": "up"}}'
NO_TIMES = [BEAT.format(at) for at in ('"2026"', '"2026-11-22T10:00:00"', "7", "null")]


@pytest.mark.parametrize("content", [None, "", "{}", "not JSON", *NO_TIMES])
def test_a_process_without_a_pulse_is_not_alive(drip: Terminal, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "none.pulse"
    if content is not None:
        file.write_text(content)
    answer = drip(f"pulse --file {file}")
    assert answer.code == 1
    assert "No pulse" in answer.out


def test_a_pulse_ends_with_its_process_and_beats_no_faster_than_it_should(tmp_path: Path) -> None:
    file, now = tmp_path / "worker.pulse", SystemClock().now()
    pulse = Pulse(file, "worker")
    pulse.beat(now, redis_away=False)
    first = file.read_text()
    pulse.beat(now + timedelta(seconds=4), redis_away=False)
    assert file.read_text() == first
    pulse.beat(now + timedelta(seconds=5), redis_away=False)
    assert file.read_text() != first
    pulse.end()
    assert list(tmp_path.iterdir()) == []


def test_whose_pulse_must_be_said(drip: Terminal) -> None:
    assert "DRIP_PULSE" in told(drip, "pulse")
