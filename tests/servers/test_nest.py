"""A process from the nest is like one that was started: its words, folder, environment, streams, end and signals."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.nest import run
from tests.servers.process import Server
from tests.servers.test_process import alive, gone

ASK = """
import os, sys, threading
sys.stderr.write(f"{sys.argv[1:]} {os.getcwd()} {dict(os.environ)} {sys.stdin.read()}")
print("workers.embedded" in sys.modules, threading.active_count())
sys.exit(7)
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.servers.nest import Warm
reads, writes = os.pipe()
print(Warm(["-m", "asked"], {}, Path(sys.argv[1]), [reads, writes, 2]).pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A folder with a program that tells what it was given."""
    (tmp_path / "asked.py").write_text(ASK, "utf-8")
    return tmp_path


def test_a_process_from_the_nest_is_given_all_that_one_is_given(asked: Path) -> None:
    words = [sys.executable, "-m", "asked", "1", "ü"]
    done = run(words, {"DRIP_HOST": "here"}, asked, "typed", 30)
    assert (done.returncode, done.stdout) == (7, "True 1\n")  # ours were read, and do nothing yet
    assert done.stderr == f"['1', 'ü'] {asked} {{'DRIP_HOST': 'here'}} typed"


def test_a_process_from_the_nest_is_killed_and_dies_with_a_killed_test_run(asked: Path) -> None:
    with Server(
        [sys.executable, "-u", "-m", "drip", "up", "--port", "0"], "drip is up", env={}, folder=asked
    ) as server:
        assert server.process.poll() is None
        assert server.stop(signal.SIGKILL) == -signal.SIGKILL
    root, words = Path(__file__).parents[2], [sys.executable, "-c", KILLED, str(asked)]
    done = subprocess.run(words, cwd=root, stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    pid = int(done.stdout)
    assert not alive(pid) or gone(pid)
