"""SQLite busy in another process, and a disk that is full for a while: the service goes on by itself."""

import asyncio
import resource
import subprocess
import sys
import threading
from pathlib import Path

from drip.domain.send import State
from tests.acceptance.crew import Crew
from tests.acceptance.drill import Drill
from tests.acceptance.engine_scene import just_now, prepare, subjects, url_in
from tests.acceptance.test_kill import CONNECTIONS, SHORT_LEASES
from tests.servers.smtp import Conversation, SmtpPeer

# Another process that writes and writes: it holds the file for a while each time, and says so at the first.
RIVAL = """
import sqlite3, sys
rival = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
rival.execute("CREATE TABLE rival (n INTEGER)")
for turn in range(int(sys.argv[2])):
    rival.execute("BEGIN IMMEDIATE")
    rival.executemany("INSERT INTO rival VALUES (?)", ((n,) for n in range(50_000)))
    rival.execute("DELETE FROM rival")
    if turn == 0:
        print("holding", flush=True)
    rival.execute("COMMIT")
"""


def test_a_file_that_another_process_holds_again_and_again_only_slows_us_down(tmp_path: Path, long_run: bool) -> None:
    letters, turns = (2_000, 100) if long_run else (60, 12)
    with Drill(tmp_path, letters, connections=4) as drill:
        file = url_in(tmp_path).partition(":///")[2]
        words = [sys.executable, "-c", RIVAL, file, str(turns)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as rival:
            assert rival.stdout is not None
            assert rival.stdout.readline() == "holding\n"
            drill.idle()
            assert rival.wait(600) == 0
        assert {(one.state, one.came) for one in drill.letters()} == {(State.ACCEPTED, 1)}


def test_a_disk_that_is_full_for_a_while_loses_nothing_and_sends_nothing_twice(tmp_path: Path, long_run: bool) -> None:
    letters, times = (1_000, 6) if long_run else (100, 1)
    peer = Watchful()
    asyncio.run(prepare(url_in(tmp_path), letters, just_now(), peer))
    with Crew(url_in(tmp_path), None, connections=CONNECTIONS, **SHORT_LEASES) as crew:
        [service] = crew.hire("up")
        for number in range(1, times + 1):
            peer.wait_for(letters * number // (times + 2))
            peer.left.clear()
            full(service.process.pid)
            assert peer.left.wait(60)  # a letter that could not be marked is not sent, and its connection given up
            room_again(service.process.pid)
        end = crew.until_quiet()
        assert crew.stop() == [0]
    peer.stop()
    assert end[State.ACCEPTED] + end[State.UNCERTAIN] == letters
    assert end[State.UNCERTAIN] <= times * CONNECTIONS
    came = subjects([mail.data for mail in peer.received])
    assert set(came.values()) == {1}
    assert len(came) >= end[State.ACCEPTED]


class Watchful(SmtpPeer):
    """A peer that notices when a client goes away."""

    left = threading.Event()

    def forget(self, conversation: Conversation) -> None:
        """One did."""
        super().forget(conversation)
        self.left.set()


def full(pid: int) -> None:
    """From now on nothing this process writes to a file finds room."""
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))


def room_again(pid: int) -> None:
    """Everything fits again."""
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
