"""How the service ends: it gives back what it holds, gives bodies their time, and never hangs (HOUSE)."""

import asyncio
import signal
import threading
from pathlib import Path

import pytest

from drip.domain.send import State
from tests.acceptance.engine_scene import just_now, prepare, states_in, up, url_in
from tests.servers.process import ServerError
from tests.servers.smtp import Odd, Reply, SmtpPeer

AT_MOST = 10.0  # seconds from the signal to the end


def begin(folder: Path, letters: int, hook: object = None) -> SmtpPeer:
    """A peer, and a database whose letters are due."""
    peer = SmtpPeer(hook=hook)  # type: ignore[arg-type]
    asyncio.run(prepare(url_in(folder), letters, just_now(), peer))
    return peer


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_letters_go_out_leaves_nothing_leased(tmp_path: Path, how: signal.Signals) -> None:
    flowing = threading.Event()

    def hook(phase: str, _argument: str) -> Reply:
        if phase == "body":
            flowing.set()
        return None

    peer = begin(tmp_path, 300, hook)
    with up(tmp_path) as server:
        assert flowing.wait(30)
        assert server.stop(how, within=AT_MOST) == 0
    peer.stop()
    end = states_in(tmp_path)
    assert set(end) <= {State.ACCEPTED, State.DUE}, server.output
    assert end[State.ACCEPTED] == len(peer.received) > 0
    assert end[State.DUE] > 0


def test_a_body_nobody_answers_gets_its_time_and_is_uncertain_then(tmp_path: Path, long_run: bool) -> None:
    time = {} if long_run else {"drain": "1"}
    hanging = threading.Event()

    def hook(phase: str, _argument: str) -> Reply:
        if phase == "body":
            hanging.set()
            return Odd.HANG
        return None

    peer = begin(tmp_path, 5, hook)
    with up(tmp_path, connections="2", **time) as server:
        assert hanging.wait(30)
        assert server.stop(within=AT_MOST) == 0
    peer.stop()
    assert states_in(tmp_path)[State.UNCERTAIN] <= 2
    assert set(states_in(tmp_path)) == {State.UNCERTAIN, State.DUE}


def test_a_server_that_hangs_before_the_body_holds_nobody_up(tmp_path: Path) -> None:
    hanging = threading.Event()

    def hook(phase: str, _argument: str) -> Reply:
        if phase == "rcpt":
            hanging.set()
            return Odd.HANG
        return None

    peer = begin(tmp_path, 5, hook)
    with up(tmp_path) as server:
        assert hanging.wait(30)
        assert server.stop(within=AT_MOST) == 0
    peer.stop()
    assert states_in(tmp_path) == {State.DUE: 5}


def test_two_services_on_one_database_file_refuse(tmp_path: Path) -> None:
    peer = begin(tmp_path, 1)
    with up(tmp_path) as first:
        with pytest.raises(ServerError, match="already runs on"):
            up(tmp_path)
        assert first.process.poll() is None
    with up(tmp_path):
        pass
    peer.stop()
