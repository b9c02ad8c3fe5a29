"""Leases that run out: a slow server, a worker that sleeps past its lease and wakes, workers that are told to go."""

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from drip.domain.send import State
from tests.acceptance.crew import MOVING, Crew, until
from tests.acceptance.engine_scene import just_now, prepare, subjects, url_in
from tests.acceptance.test_kill import CONNECTIONS, SHORT_LEASES
from tests.servers.process import Server
from tests.servers.smtp import Odd, Reply, SmtpPeer

AT_MOST = 10.0  # seconds from SIGTERM to the end


def test_r40_a_lease_that_ends_in_a_slow_data_makes_one_letter_uncertain_and_sends_none_twice(tmp_path: Path) -> None:
    slow = {"p3@": "rcpt", "p5@": "data", "p7@": "body"}  # whose conversation hangs, once, and where
    last = [""]

    def hook(phase: str, argument: str) -> Reply:
        last[0] = argument if phase == "rcpt" else last[0]
        whom = next((one for one in slow if last[0].startswith(one)), "")
        if phase != slow.get(whom, "nowhere"):
            return None
        del slow[whom]
        return Odd.KEEP_AND_HANG if phase == "body" else Odd.HANG

    peer = SmtpPeer(hook=hook)
    asyncio.run(prepare(url_in(tmp_path), 12, just_now(), peer))
    with Crew(url_in(tmp_path), connections=1, lease=2.0, handing=2.0, tick=0.1) as crew:
        crew.hire("up")
        crew.until_quiet()
        assert crew.stop() == [0]
        ends = {row.email.partition("@")[0]: row.state for row in crew.rows()}
    peer.stop()
    assert slow == {}
    assert {who for who, state in ends.items() if state is not State.ACCEPTED} == {"p7"}
    assert ends["p7"] is State.UNCERTAIN
    came = subjects([mail.data for mail in peer.received])
    assert (len(came), set(came.values())) == (12, {1})


def test_a_worker_that_sleeps_past_its_lease_and_wakes_sends_nothing_twice_and_ends_no_work_of_others(
    postgres_url: str, valkey_url: str, long_run: bool
) -> None:
    letters, after = (2_000, 300) if long_run else (100, 30)
    sleepers: list[Server] = []
    bodies = [0]

    def hook(phase: str, _argument: str) -> Reply:
        bodies[0] += phase == "body"
        if sleepers and bodies[0] >= after:
            os.kill(sleepers.pop().process.pid, signal.SIGSTOP)
            asleep.set()
        return None

    asleep = threading.Event()
    peer = SmtpPeer(hook=hook)
    asyncio.run(prepare(postgres_url, letters, just_now(), peer))
    with Crew(postgres_url, valkey_url, connections=CONNECTIONS, **SHORT_LEASES) as crew:
        sleeper, _ = crew.hire("worker", "scheduler")
        sleepers.append(sleeper)
        assert asleep.wait(60)
        held = {row.token for row in crew.rows() if row.token}
        assert held
        crew.hire("worker")
        until(lambda: not held & {row.token for row in crew.rows()})  # rescued, all of them
        sleeper.process.send_signal(signal.SIGCONT)  # while the other works on
        end = crew.until_quiet()
        assert set(crew.stop(within=AT_MOST)) == {0}, crew.said()
        late = crew.states()  # it woke to answers that waited for it, and they may still be written
    peer.stop()
    assert late[State.UNCERTAIN] <= end[State.UNCERTAIN]
    assert late[State.ACCEPTED] + late[State.UNCERTAIN] == letters, late
    assert end[State.ACCEPTED] + end[State.UNCERTAIN] == letters, end
    assert end[State.UNCERTAIN] <= CONNECTIONS
    assert set(subjects([mail.data for mail in peer.received]).values()) == {1}


@pytest.mark.long
def test_workers_that_are_told_to_go_leave_nothing_leased_and_nothing_uncertain(
    postgres_url: str, valkey_url: str
) -> None:
    letters, times = 2_000, 8
    peer = SmtpPeer()
    asyncio.run(prepare(postgres_url, letters, just_now(), peer))
    with Crew(postgres_url, valkey_url, connections=CONNECTIONS, tick=0.1, batch=20) as crew:
        crew.hire("scheduler")
        for number in range(1, times + 1):
            workers = crew.hire("worker", "worker")
            peer.wait_for(letters * number // (times + 2), within=60)
            assert {worker.stop(within=AT_MOST) for worker in workers} == {0}, crew.said()
            found = crew.states()
            assert {state for state, count in found.items() if count} <= {State.ACCEPTED, State.DUE}, found
            assert found[State.ACCEPTED] == len(peer.received)
        assert found[State.DUE] > 0
        assert not set(MOVING[1:]) & set(+crew.states())
    peer.stop()
    assert set(subjects([mail.data for mail in peer.received]).values()) == {1}
