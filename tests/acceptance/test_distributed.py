"""Many processes on PostgreSQL and Valkey: each letter goes once, whatever becomes of Valkey; a stop leaves nothing."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import select, update

from drip.actions.plan import Planned
from drip.clock import ControlledClock
from drip.config import load_settings
from drip.domain.send import State
from drip.store.engine import open_store
from drip.store.tables import enrollments
from drip.wiring import wire
from tests.acceptance.crew import until
from tests.acceptance.engine_scene import prepare, states, subjects
from tests.acceptance.fleet import Fleet
from tests.servers.process import free_port
from tests.servers.smtp import Odd, Reply, SmtpPeer
from tests.servers.valkey import Valkey
from workers.bell import LocalBell
from workers.doorbell import DoorbellBroker
from workers.engine import Engine
from workers.far_bell import PASSES, SPARE, FarBell, pass_on
from workers.scheduler import Scheduler

TUESDAY = datetime(2026, 3, 10, 14, tzinfo=UTC)  # Tuesday 10 March 2026, 10:00 in New York
QUICK = timedelta(milliseconds=50)
SECRET = "a secret for the tests that is long enough"
STOP_WITHIN = 10.0  # seconds


class Scene(AbstractContextManager["Scene"]):
    """Letters that are due, a mail server, and a fleet that has not started."""

    def __init__(self, url: str, valkey: Valkey, letters: int, hook: Any = None, **more: Any) -> None:
        """`more` are settings, and `crew`, the processes there shall be."""
        self.peer = SmtpPeer(hook=hook)
        asyncio.run(prepare(url, letters, TUESDAY, self.peer))
        crew = more.pop("crew", ("worker", "scheduler"))
        known: dict[str, Any] = {"secret": SECRET, "tick": QUICK, "maildir": Path("/nowhere"), "notices": False} | more
        self.fleet = Fleet(load_settings(database_url=url, redis_url=valkey.url(), **known), TUESDAY, crew)
        self.url = url

    def __exit__(self, *_: object) -> None:
        self.fleet.stop()
        self.peer.stop()

    def idle(self) -> datetime:
        """Wait until nothing is left to do now; what comes next."""
        found = self.fleet.run(self.fleet.idle(), 60)
        assert found is not None
        return found

    def next_month(self) -> None:
        """Jump to where the next letters are due, and wait until all of them are gone."""
        until_then = self.fleet.wired.clock.now() + timedelta(days=35)
        while (coming := self.idle()) < until_then:
            self.fleet.run(self.fleet.jump(coming), 10)

    def states(self) -> dict[State, int]:
        """How many sends there are in each state, when nobody works any more."""

        async def look() -> dict[State, int]:
            store = open_store(self.url)
            try:
                return await states(store)
            finally:
                await store.close()

        return asyncio.run(look())


@pytest.fixture
def bell_server(valkey: Valkey) -> Iterator[Valkey]:
    """A Valkey that may be killed."""
    valkey.flush()
    yield valkey
    valkey.stop()
    valkey.restart()


@pytest.mark.long
def test_letters_go_on_while_valkey_is_flushed_killed_away_and_back_empty(
    postgres_url: str, bell_server: Valkey
) -> None:
    with Scene(postgres_url, bell_server, 40) as scene:
        scene.fleet.start()
        bell_server.flush()
        scene.idle()
        assert len(scene.peer.received) == 40
        bell_server.stop(signal.SIGKILL)
        scene.next_month()  # nobody can ring: workers look by themselves
        assert len(scene.peer.received) == 80
        bell_server.restart()
        until(lambda: somebody_listens(bell_server))
        scene.next_month()
        processes = list(scene.fleet.processes)
    assert set(subjects([mail.data for mail in scene.peer.received]).values()) == {1}
    assert len(scene.peer.received) == 120
    for process in processes:
        lines = [line for line in process.output if "level=" in line]
        said = [line.split("event=")[1].split()[0] for line in lines]
        assert said == ["server.away", "server.back"], "".join(process.output)


@pytest.mark.long
def test_any_number_of_workers_and_schedulers_send_each_letter_once(postgres_url: str, valkey: Valkey) -> None:
    crew = ("worker", "worker", "scheduler", "scheduler")
    with Scene(postgres_url, valkey, 300, crew=crew, batch=20) as scene:
        scene.fleet.start()
        scene.idle()
        came = subjects([mail.data for mail in scene.peer.received])
    assert len(came) == 300
    assert set(came.values()) == {1}
    assert scene.states() == {State.ACCEPTED: 300}


@pytest.mark.parametrize("how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_signal_while_letters_go_out_leaves_nothing_leased(
    postgres_url: str, valkey: Valkey, how: signal.Signals
) -> None:
    flowing = threading.Event()

    def hook(phase: str, _argument: str) -> Reply:
        if phase == "body":
            flowing.set()
        return None

    with Scene(postgres_url, valkey, 400, hook) as scene:
        scene.fleet.start()
        assert flowing.wait(60)
        assert [one.stop(how, within=STOP_WITHIN) for one in scene.fleet.processes] == [0, 0]
        end = scene.states()
    assert set(end) <= {State.ACCEPTED, State.DUE}
    assert end[State.ACCEPTED] == len(scene.peer.received) > 0


def test_a_body_nobody_answers_gets_its_time_and_is_uncertain_then(postgres_url: str, valkey: Valkey) -> None:
    hanging = threading.Event()

    def hook(phase: str, _argument: str) -> Reply:
        if phase == "body":
            hanging.set()
            return Odd.HANG
        return None

    with Scene(postgres_url, valkey, 5, hook, connections=2, drain=timedelta(seconds=1)) as scene:
        scene.fleet.start()
        assert hanging.wait(60)
        assert [one.stop(within=STOP_WITHIN) for one in scene.fleet.processes] == [0, 0]
        end = scene.states()
    assert set(end) == {State.UNCERTAIN, State.DUE}
    assert end[State.UNCERTAIN] <= 2


def test_a_scheduler_waits_for_its_tick_while_others_hold_what_is_due(postgres_url: str) -> None:
    asyncio.run(prepare(postgres_url, 1, TUESDAY, None))
    looks: list[datetime] = []

    class Counting(Engine):
        async def plan(self, since: datetime | None = None) -> Planned:
            looks.append(self.sending.now())
            return await super().plan(since)

    async def watch() -> None:
        wired = wire(load_settings(database_url=postgres_url, secret=SECRET), ControlledClock(TUESDAY))
        store = wired.store
        async with store.begin() as unit:
            await unit.run(update(enrollments).values(next_at=TUESDAY))
        bell = LocalBell(lambda _mailbox_id: None, lambda: 0.0)
        scheduler = Scheduler(Counting(wired.sending), bell, lambda _chore: None, tick=3600)
        async with store.begin() as holding:
            await holding.run(select(enrollments.c.id).with_for_update())
            looking = asyncio.create_task(scheduler.run())
            for _ in range(300):  # as long as a scheduler takes for many looks
                async with store.glance() as unit:
                    await unit.run(select(enrollments.c.id))
            looking.cancel()
            await asyncio.wait([looking])
        await wired.close()

    asyncio.run(watch())
    assert 1 <= len(looks) <= 3


def test_a_mailbox_is_rung_once_a_tick_however_many_ring(valkey_url: str) -> None:
    async def ring() -> int:
        broker = DoorbellBroker(valkey_url)
        for bell in (FarBell(broker, 60), FarBell(broker, 60)):
            for mailbox_id in (1, None, 2, 1):
                bell.ring(mailbox_id)
            await bell.rung()
        return waiting(broker)

    assert asyncio.run(ring()) == 3


def test_rings_that_nobody_hears_do_not_pile_up(valkey_url: str) -> None:
    async def ring() -> int:
        broker = DoorbellBroker(valkey_url)
        for _ in range(200):
            bell = FarBell(broker, 0.001)
            bell.ring(1)
            await bell.rung()
            broker.client.delete("drip:rung:1")  # as if a tick had passed
        return waiting(broker)

    assert asyncio.run(ring()) == SPARE + 1


def test_a_ring_is_lost_without_harm_while_valkey_is_away() -> None:
    async def ring() -> bool:
        broker = DoorbellBroker(f"redis://127.0.0.1:{free_port()}/0")
        bell = FarBell(broker, 60)
        bell.ring(1)
        await bell.rung()
        return broker.reach.away

    assert asyncio.run(ring())


def test_a_ring_for_a_mailbox_that_is_being_sent_from_goes_on_to_others_a_few_times(valkey_url: str) -> None:
    async def hear() -> list[int]:
        broker = DoorbellBroker(valkey_url)
        rung = []
        for passed in range(PASSES + 1):
            await pass_on(broker, 1, passed)
            rung.append(waiting(broker))
        return rung

    assert asyncio.run(hear()) == [1, 2, 2]


def waiting(broker: DoorbellBroker) -> int:
    """How many rings wait to be heard."""
    found: int = broker.client.llen("drip:deliver")
    return found


def somebody_listens(valkey: Valkey) -> bool:
    """Whether a worker waits inside Valkey for a ring."""
    with redis.Redis(port=valkey.port) as client:
        return any(one["cmd"] == "blmove" for one in client.client_list())
