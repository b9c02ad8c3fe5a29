"""Valkey and PostgreSQL come and go while letters go out: all go on by themselves, nothing is lost or twice there."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from drip.domain.send import State
from tests.acceptance.crew import Crew, ask, until
from tests.acceptance.engine_scene import just_now, prepare, subjects
from tests.acceptance.test_kill import CONNECTIONS, SHORT_LEASES
from tests.servers.postgres import Postgres
from tests.servers.smtp import SmtpPeer
from tests.servers.valkey import Valkey

_MOST_A_MINUTE = (
    "SELECT max(letters) FROM "
    "(SELECT count(*) OVER (ORDER BY handed_at RANGE '59.9 seconds' PRECEDING) AS letters FROM sends) AS minutes"
)


@contextmanager
def at_work(
    urls: tuple[str, str], letters: int, *names: str, settings: tuple[str, ...] = (), **mailbox: object
) -> Iterator[tuple[Crew, SmtpPeer]]:
    """These processes with so many letters due, until the end of the block; `settings` are of the database."""
    url, redis_url = urls
    peer = SmtpPeer()
    asyncio.run(prepare(url, letters, just_now(), peer, **mailbox))
    configure(url, "synchronous_commit = on", *settings)  # a crash of the server loses no commit
    try:
        with Crew(url, redis_url, connections=CONNECTIONS, **SHORT_LEASES) as crew:
            crew.hire(*names)
            yield crew, peer
    finally:
        peer.stop()


def configure(url: str, *settings: str) -> None:
    """Give every new session on this database these settings."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
        for one in settings:
            server.execute(f'ALTER DATABASE "{server.info.dbname}" SET {one}'.encode())


def due_at(url: str, when: str) -> None:
    """Let letters that wait be due at another time, as SQL has it."""
    ask(url, f"UPDATE sends SET due_at = {when} WHERE state = 'due' RETURNING id")


def prove(crew: Crew, peer: SmtpPeer, letters: int, uncertain: int) -> None:
    """Everything went out by itself, once; at most so many are uncertain."""
    end = crew.until_quiet()
    assert set(crew.stop()) == {0}, crew.said()
    assert end[State.ACCEPTED] + end[State.UNCERTAIN] == letters, end
    assert end[State.UNCERTAIN] <= uncertain
    came = subjects([mail.data for mail in peer.received])
    assert set(came.values()) == {1}
    assert len(came) >= end[State.ACCEPTED]


def cut_connections(url: str) -> None:
    """End every session on the database but our own, whatever it is doing."""
    ask(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


def test_letters_go_on_while_valkey_is_flushed_killed_away_and_back_empty(
    postgres_url: str, valkey: Valkey, valkey_url: str, long_run: bool
) -> None:
    letters = 2_000 if long_run else 160
    with at_work((postgres_url, valkey_url), letters) as (crew, peer):
        due_at(postgres_url, "CASE WHEN id % 2 = 0 THEN now() + interval '1 day' ELSE due_at END")
        crew.hire("worker", "scheduler")
        try:
            peer.wait_for(letters // 8)
            valkey.flush()
            peer.wait_for(letters // 4)
            valkey.stop(signal.SIGKILL)
            crew.until(lambda found: found[State.ACCEPTED] == letters // 2)
            due_at(postgres_url, "now() - interval '1 minute'")
            peer.wait_for(letters * 3 // 4, within=60)  # nobody can ring for these: the workers look by themselves
        finally:
            valkey.stop(signal.SIGKILL)
            valkey.restart()
        prove(crew, peer, letters, uncertain=0)


@pytest.mark.long
def test_letters_go_on_while_valkey_is_away_for_a_minute(postgres_url: str, valkey: Valkey, valkey_url: str) -> None:
    paced: dict[str, Any] = {"per_minute": 100}  # so the second hundred tells that a minute is over
    with at_work((postgres_url, valkey_url), 300, "worker", "worker", "scheduler", **paced) as (crew, peer):
        try:
            peer.wait_for(50)
            valkey.stop(signal.SIGKILL)
            peer.wait_for(200, within=150)
        finally:
            valkey.stop(signal.SIGKILL)
            valkey.restart()
        prove(crew, peer, 300, uncertain=0)
    assert ask(postgres_url, _MOST_A_MINUTE) == [(100,)]  # however many workers look by themselves


def test_letters_go_on_when_connections_are_cut_and_postgresql_crashes_in_mid_batch(
    postgres: Postgres, postgres_url: str, valkey_url: str, long_run: bool
) -> None:
    letters, times = (2_000, 8) if long_run else (160, 2)
    crew_of = ("worker", "worker", "scheduler", "scheduler") if long_run else ("worker", "scheduler")
    with at_work((postgres_url, valkey_url), letters, *crew_of) as (crew, peer):
        for number in range(1, times + 1):
            peer.wait_for(letters * number // (times + 1), within=90)
            if number % 2:
                cut_connections(postgres_url)
            else:
                postgres.stop(signal.SIGQUIT if number % 4 else signal.SIGINT)
                postgres.restart()
        # A commit whose answer was cut off may have marked letters that then did not go.
        prove(crew, peer, letters, uncertain=times * CONNECTIONS * crew_of.count("worker"))


@pytest.mark.long
def test_processes_that_are_told_to_go_while_postgresql_is_away_go_and_nothing_is_twice_there(
    postgres: Postgres, postgres_url: str, valkey_url: str
) -> None:
    with at_work((postgres_url, valkey_url), 400, "worker", "scheduler") as (crew, peer):
        peer.wait_for(40)
        postgres.stop(signal.SIGQUIT)
        try:
            assert set(crew.stop(within=10)) == {0}, crew.said()
        finally:
            postgres.restart()
        crew.hire("worker", "scheduler")
        prove(crew, peer, 400, uncertain=CONNECTIONS)


class Rival:
    """Somebody who locks and changes the same rows in the wrong order, over and over, and never gives way."""

    def __init__(self, url: str) -> None:
        """Begin at once."""
        self._url = url.replace("+psycopg", "")
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._lock_again_and_again, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let everybody else work."""
        self._enough.set()
        self._thread.join()

    def _lock_again_and_again(self) -> None:
        with psycopg.connect(self._url) as rival:
            rival.execute("SET deadlock_timeout = '60s'")
            rival.execute("SET default_transaction_isolation = 'read committed'")
            rival.commit()
            while not self._enough.is_set():
                try:
                    self._lock(rival)
                except psycopg.errors.DeadlockDetected:  # for once it was the one to go back
                    rival.rollback()

    def _lock(self, rival: psycopg.Connection) -> None:
        rival.execute("SELECT id FROM sends WHERE state IN ('leased', 'handing') ORDER BY id DESC FOR UPDATE")
        rival.execute("UPDATE enrollments SET step = step")
        rival.execute("UPDATE prospects SET country = country")
        rival.commit()


@pytest.mark.parametrize(
    ("isolation", "error"),
    [
        ("read committed", "deadlock detected"),
        pytest.param("repeatable read", "could not serialize access", marks=pytest.mark.long),
    ],
)
def test_deadlocks_and_serialization_failures_are_repeated_until_all_is_done(
    postgres: Postgres, postgres_url: str, valkey_url: str, isolation: str, error: str
) -> None:
    settings = ("deadlock_timeout = '20ms'", f"default_transaction_isolation = '{isolation}'")
    with at_work((postgres_url, valkey_url), 80, settings=settings) as (crew, peer):
        rival = Rival(postgres_url)  # before the letters go, which takes no time
        try:
            crew.hire("worker", "scheduler")
            until(lambda: any(error in line for line in list(postgres.output)))
        finally:
            rival.stop()
        prove(crew, peer, 80, uncertain=0)
