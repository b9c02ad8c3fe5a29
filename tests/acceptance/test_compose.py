"""The very commands of docker-compose.yml, started as processes with the environment it gives: they work together."""

import asyncio
import concurrent.futures
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from drip.actions.add_mailbox import add_mailbox
from drip.actions.add_prospect import add_prospect
from drip.actions.add_rep import add_rep
from drip.actions.enroll import enroll
from drip.actions.enrolling.request import Enrolled, Enrolling
from drip.actions.publish import Publishing, publish
from drip.domain.qualification import Qualification
from drip.domain.send import State
from drip.store import business_time, inbox, sends
from drip.store.engine import Store, open_store
from drip.store.mailboxes import NewMailbox
from drip.store.reps import NewRep
from tests.servers import compose
from tests.servers.postgres import Postgres
from tests.servers.process import Server, free_port, on_a_free_port
from tests.servers.smtp import SmtpPeer
from tests.servers.valkey import READY, Valkey, find_binary
from tests.wire.bringing import bring_one

MONDAY = datetime(2026, 3, 9, 14, tzinfo=UTC)  # Monday 9 March 2026, 10:00 in New York
TUESDAY_AT_16_59 = MONDAY + timedelta(days=1, hours=6, minutes=59)
PEOPLE = tuple(f"ann@firm{number}.example" for number in range(1, 6))
QUALIFIED = Qualification(tried_to_disqualify=True, hot_button="unplanned stops")
GIVEN = {"POSTGRES_PASSWORD": "opensesame", "DRIP_SECRET": "a secret for the containers that is long enough"}
STRANGERS = b"From: cy@else.example\r\nTo: kim@seller.example\r\nSubject: Hello\r\n\r\nWho are you?\r\n"
STOP_WITHIN = 10.0  # seconds


@dataclass
class Stack:
    """What Compose would run. Hosts, ports and folders are those of this machine; all else is the file's."""

    folder: Path
    hosts: dict[str, str]
    port: int
    lmtp_port: int
    running: dict[str, Server] = field(default_factory=dict)

    def environment(self, name: str) -> dict[str, str]:
        """What the file gives this service."""
        given = {key: str(value) for key, value in compose.services(GIVEN)[name]["environment"].items()}
        for declared, real in self.hosts.items():
            given = {key: value.replace(f"@{declared}", f"@{real}") for key, value in given.items()}
            given = {key: value.replace(f"//{declared}", f"//{real}") for key, value in given.items()}
        own = self.folder / name
        (own / "tmp").mkdir(parents=True, exist_ok=True)
        for key in ("DRIP_MAILDIR", "DRIP_PULSE"):
            given[key] = f"{own}{given[key]}"
        return {
            "PATH": os.defpath,
            "HOME": str(own),
            "PYTHONPATH": str(compose.ROOT),
            **given,
            "DRIP_PORT": str(self.port),
            "DRIP_LISTEN": given["DRIP_LISTEN"].replace(":8024", f":{self.lmtp_port}"),
        }

    def command(self, name: str) -> list[str]:
        """What the image starts for this service, by our Python."""
        return [sys.executable, *compose.entrypoint()[1:], *compose.services(GIVEN)[name]["command"]]

    def finish(self, name: str) -> str:
        """Run a service that ends by itself; what it said."""
        done = self._run(name, self.command(name))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        """Start a service that stays, and wait until it says so."""
        self.running[name] = Server(
            self.command(name), f"drip {name} is up", env=self.environment(name), folder=self.folder
        )

    def is_healthy(self, name: str) -> bool:
        """What the file's own health check says."""
        how, program, *words = compose.services(GIVEN)[name]["healthcheck"]["test"]
        assert (how, program) == ("CMD", "python")
        own = {":8025/": f":{self.port}/", "/tmp/": f"{self.folder / name}/tmp/"}
        for declared, real in own.items():
            words = [word.replace(declared, real) for word in words]
        return self._run(name, [sys.executable, *words]).returncode == 0

    def _run(self, name: str, words: list[str]) -> subprocess.CompletedProcess[str]:
        env = self.environment(name)
        return subprocess.run(words, env=env, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def stack(tmp_path: Path, postgres: Postgres, valkey: Valkey) -> Iterator[Stack]:
    """Nothing of ours runs yet; the database is as the image of PostgreSQL makes it, empty."""
    valkey.flush()
    postgres.execute("CREATE ROLE drip LOGIN")
    postgres.execute("CREATE DATABASE drip OWNER drip")
    hosts = {"postgres:5432": f"127.0.0.1:{postgres.port}", "valkey:6379": f"127.0.0.1:{valkey.port}"}
    with ExitStack() as ends:
        ends.callback(lambda: (postgres.drop("drip"), postgres.execute("DROP ROLE drip")))
        made = Stack(tmp_path, hosts, free_port(), free_port())
        ends.callback(lambda: [server.stop() for server in made.running.values()])
        yield made


def test_the_commands_of_the_compose_file_send_letters_and_stop_without_a_trace(stack: Stack) -> None:
    peer = SmtpPeer()
    assert "schema" in stack.finish("migrate")
    url = stack.environment("worker")["DRIP_DATABASE_URL"]
    asyncio.run(at_the_database(url, lambda store: enroll_everybody(store, peer)))
    with concurrent.futures.ThreadPoolExecutor() as starters:  # the kernel ends a child with its parent's thread
        list(starters.map(stack.start, ("web", "worker", "scheduler", "inbound")))
        assert peer.received == []
        # Enrolled on Monday, so the first letter goes on Tuesday, in some minute from 08:00 to 16:59 (R7, R9, R10).
        asyncio.run(at_the_database(url, lambda store: stand_at(store, TUESDAY_AT_16_59)))
        mails = peer.wait_for(len(PEOPLE), within=60)
        taken = bring_one("lmtp", stack.lmtp_port, STRANGERS, to="kim@seller.example")
        healthy = {name: stack.is_healthy(name) for name in stack.running}
        ended = {name: server.stop(within=STOP_WITHIN) for name, server in stack.running.items()}
    peer.stop()
    said = {name: "".join(server.output) for name, server in stack.running.items()}
    assert sorted(mail.recipients[0] for mail in mails) == sorted(PEOPLE)
    assert healthy == {"web": True, "worker": True, "scheduler": True, "inbound": True}
    assert ended == {"web": 0, "worker": 0, "scheduler": 0, "inbound": 0}, said
    assert not stack.is_healthy("worker")
    assert taken
    assert [one.subject for one in asyncio.run(at_the_database(url, look_into_the_inbox))] == ["Hello"]
    assert asyncio.run(at_the_database(url, count_states)) == {State.ACCEPTED: len(PEOPLE)}
    assert all("warning" not in words and "error" not in words for words in said.values()), said


def test_valkey_takes_the_command_of_the_compose_file_and_is_as_it_says(tmp_path: Path) -> None:
    declared, ports = compose.services(GIVEN)["valkey"]["command"], [0]
    assert declared[0] == "valkey-server"

    def start(port: int) -> Server:
        ports.append(port)
        words = [str(find_binary()), *declared[1:], "--port", str(port), "--bind", "127.0.0.1"]
        return Server(words, READY, folder=tmp_path)

    server = on_a_free_port(start)
    try:
        with redis.Redis(port=ports[-1], decode_responses=True) as client:
            found = {name: client.config_get(name)[name] for name in ("save", "appendonly", "maxmemory-policy")}
    finally:
        assert server.stop(within=STOP_WITHIN) == 0
    assert found == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}  # it refuses, and loses no ring


async def at_the_database(url: str, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> Any:
    """Do something to the database, and leave no connection behind."""
    store = open_store(url)
    try:
        return await work(store)
    finally:
        await store.close()


async def enroll_everybody(store: Store, peer: SmtpPeer) -> None:
    """The starter campaign, a rep with a mailbox at the mail catcher, and five prospects."""
    await stand_at(store, MONDAY)
    campaign = compose.ROOT / "campaigns" / "monthly-value.toml"
    await publish(store, Publishing(campaign, compose.ROOT / "templates"), MONDAY)
    await add_rep(store, NewRep("Kim Lee", "kim@seller.example", time_zone="America/New_York"), MONDAY)
    box = NewMailbox("kim", "kim@seller.example", peer.host, peer.port, "none", postal_address="1 Mill Street, Dayton")
    await add_mailbox(store, box, MONDAY, owner="kim@seller.example")
    for email in PEOPLE:
        await add_prospect(store, {"email": email, "first_name": "Ann", "country": "US", "region": "NY"}, MONDAY)
        asked = Enrolling(email=email, campaign="monthly-value", rep="kim@seller.example", qualification=QUALIFIED)
        assert isinstance(await enroll(store, asked, MONDAY), Enrolled)


async def stand_at(store: Store, now: datetime) -> None:
    """Let business time stand there for every process."""
    async with store.begin() as unit:
        await business_time.move(unit, now)


async def look_into_the_inbox(store: Store) -> list[inbox.Kept]:
    """What waits for a person."""
    async with store.reading() as unit:
        return await inbox.listing(unit)


async def count_states(store: Store) -> dict[State, int]:
    """How many sends there are in each state."""
    async with store.reading() as unit:
        return await sends.count_by_state(unit)
