"""kill -9 of the embedded service at random moments: nothing is lost, nothing is sent twice (HOUSE 6)."""

import asyncio
import os
import random  # noqa: TID251 - seeded
import signal
from dataclasses import dataclass, field
from pathlib import Path

from drip.domain.send import State
from tests.acceptance.engine_scene import just_now, prepare, states_in, subjects, up, url_in
from tests.servers.process import Server
from tests.servers.smtp import Reply, SmtpPeer

LETTERS = 1000
KILLS = 8
CONNECTIONS = 4
PHASES = ("mail", "rcpt", "data", "body", "body", "rset")


@dataclass
class Killer:
    """Kills the service when it says a certain command for the n-th time, before it is answered."""

    server: Server | None = None
    phase: str = ""
    after: int = 0
    kills: list[str] = field(default_factory=list)

    def aim(self, server: Server, phase: str, after: int) -> None:
        """Kill this one next."""
        self.server, self.phase, self.after = server, phase, after

    def hook(self, phase: str, _argument: str) -> Reply:
        """The peer's hook; every command passes here. What the dead one is told does not matter."""
        server = self.server
        if server is not None and phase == self.phase:
            self.after -= 1
            if self.after <= 0:
                self.server = None
                os.kill(server.process.pid, signal.SIGKILL)
                self.kills.append(phase)
        return None


def test_kill_9_at_eight_random_moments_loses_nothing_and_sends_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(20261121)
    killer = Killer()
    peer = SmtpPeer(hook=killer.hook)
    asyncio.run(prepare(url_in(tmp_path), LETTERS, just_now(), peer))
    uncertain = 0
    for _ in range(KILLS):
        server = up(tmp_path, connections=str(CONNECTIONS))
        killer.aim(server, chance.choice(PHASES[:5]), chance.randint(5, 110))
        assert server.process.wait(60) == -signal.SIGKILL
        found = states_in(tmp_path)
        assert found[State.HANDING] <= CONNECTIONS, found
        assert found[State.UNCERTAIN] - uncertain <= CONNECTIONS, found
        uncertain = found[State.UNCERTAIN]
    left = states_in(tmp_path)
    expected = len(peer.received) + left[State.DUE] + left[State.LEASED]
    with up(tmp_path, connections=str(CONNECTIONS)) as server:
        received = peer.wait_for(expected, within=60)
        assert server.stop() == 0
    end = states_in(tmp_path)
    peer.stop()

    assert len(killer.kills) == KILLS
    assert end[State.ACCEPTED] + end[State.UNCERTAIN] == LETTERS, end  # nothing lost, nothing left leased
    assert end[State.UNCERTAIN] <= KILLS * CONNECTIONS
    came = subjects([mail.data for mail in received])
    assert set(came.values()) == {1}  # nothing twice, by recipient and step
    assert len(came) >= end[State.ACCEPTED]
    assert left[State.ACCEPTED] > 0
