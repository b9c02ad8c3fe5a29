"""kill -9 at random moments, of the embedded service, of workers and schedulers: nothing lost, nothing twice."""

import asyncio
import os
import random  # noqa: TID251 - seeded
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drip.domain.send import State
from tests.acceptance.crew import Crew, Row, until
from tests.acceptance.engine_scene import just_now, prepare, subjects, url_in
from tests.acceptance.place import Place
from tests.servers.process import Server
from tests.servers.smtp import Reply, SmtpPeer

Record = Callable[[str, object], None]  # puts a figure into the report of the tests (--junitxml)
CONNECTIONS = 4
PARTS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4)))  # four times ten kills in the long run
PHASES = ("mail", "rcpt", "data", "body", "body", "body")
# Who died is rescued soon, and what was put off is tried again soon; in seconds.
SHORT_LEASES = {"lease": 4.0, "handing": 8.0, "batch": 20, "tick": 0.2, "retry_first": 0.2, "retry_most": 0.2}


@dataclass
class Killer:
    """Kills all its victims at once when a client says a certain command for the n-th time, before it is answered."""

    victims: list[Server] = field(default_factory=list)
    phase: str = ""
    after: int = 0
    kills: int = 0

    def aim(self, victims: list[Server], phase: str, after: int) -> None:
        """Kill these next."""
        self.phase, self.after, self.victims = phase, after, victims

    def hook(self, phase: str, _argument: str) -> Reply:
        """The peer's hook; every command passes here. What the dead are told does not matter."""
        if self.victims and phase == self.phase:
            self.after -= 1
            if self.after <= 0:
                for victim in self.victims:
                    os.kill(victim.process.pid, signal.SIGKILL)
                self.victims = []
                self.kills += 1
        return None


@dataclass
class Field:
    """Who works, where letters arrive, and what the dead left behind: leased and handing rows, by id and token."""

    crew: Crew
    peer: SmtpPeer
    killer: Killer
    leased: list[set[int]] = field(default_factory=list)
    handing: list[set[int]] = field(default_factory=list)
    seen: set[tuple[int, str | None]] = field(default_factory=set)

    def fall(self, workers: int, others: list[Server], phase: str, after: int) -> None:
        """Hire so many, kill them in mid-work with the `others`, and look at what they held."""
        hired = self.crew.hire(*["worker" if self.crew.env.get("DRIP_REDIS_URL") else "up"] * workers)
        self.killer.aim([*hired, *others], phase, after)
        until(lambda: self.killer.kills > len(self.leased), told=self.crew.said, moved=lambda: len(self.peer.said))
        for one in [*hired, *others]:
            assert one.process.wait(60) == -signal.SIGKILL, "".join(one.output)
        self.crew.until_forgotten([*hired, *others])
        rows = self.crew.rows()
        self.leased.append(self._left(rows, State.LEASED))
        self.handing.append(self._left(rows, State.HANDING))
        self.seen |= {(row.id, row.token) for row in rows if row.token}
        assert len(self.handing[-1]) <= CONNECTIONS * workers, "more than one unsettled letter a connection"

    def _left(self, rows: list[Row], state: State) -> set[int]:
        return {row.id for row in rows if row.state is state and (row.id, row.token) not in self.seen}

    def end(self) -> list[Row]:
        """Let the survivors finish, and end everything in good order; the rows then."""
        self.crew.until_quiet()
        assert set(self.crew.stop()) == {0}, self.crew.said()
        self.peer.stop()
        return self.crew.rows()

    def told(self, rows: list[Row]) -> dict[str, object]:
        """The figures: kills, those that found a leased and a handing row, and uncertain letters of each kill."""
        uncertain = {row.id for row in rows if row.state is State.UNCERTAIN}
        return {
            "kills": self.killer.kills,
            "found leased": sum(map(bool, self.leased)),
            "found handing": sum(map(bool, self.handing)),
            "uncertain of each kill": [len(uncertain & one) for one in self.handing],
        }


def prove(scene: Field, letters: int, kills: int, record: Record) -> None:
    """As below; and the kills found enough rows that were leased or handing."""
    prove_fates(scene, letters, kills, record)
    assert sum(map(bool, scene.leased)) >= kills * 3 / 4
    assert sum(map(bool, scene.handing)) >= kills / 2


def prove_fates(scene: Field, letters: int, kills: int, record: Record) -> None:
    """Nothing lost, nothing twice, and uncertain only what a kill found on the wire."""
    rows = scene.end()
    ends = Counter(row.state for row in rows)
    assert ends[State.ACCEPTED] + ends[State.UNCERTAIN] == letters, ends  # nothing lost, nothing left leased
    came = subjects([mail.data for mail in scene.peer.received])
    assert set(came.values()) == {1}  # nothing twice, by recipient and step
    accepted = {f"downtime for {row.email}" for row in rows if row.state is State.ACCEPTED}
    assert accepted <= set(came)
    on_the_wire = set().union(*scene.handing)
    assert {row.id for row in rows if row.state is State.UNCERTAIN} <= on_the_wire
    for name, figure in scene.told(rows).items():
        record(name, figure)
    assert scene.killer.kills == kills


@pytest.mark.parametrize("seed", PARTS)
def test_kill_9_of_the_embedded_service_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, seed: int, long_run: bool, record_property: Record
) -> None:
    letters, kills = (2_500, 10) if long_run else (400, 4)
    chance, killer = random.Random(seed), Killer()
    peer = SmtpPeer(hook=killer.hook)
    asyncio.run(prepare(url_in(tmp_path), letters, just_now(), peer))
    with Crew(url_in(tmp_path), connections=CONNECTIONS) as crew:
        scene = Field(crew, peer, killer)
        for _ in range(kills):
            scene.fall(1, [], chance.choice(PHASES), chance.randint(5, letters // kills * 2 // 3))
        crew.hire("up")
        prove(scene, letters, kills, record_property)


@pytest.mark.parametrize("seed", PARTS)
def test_kill_9_of_workers_and_schedulers_loses_nothing_and_sends_nothing_twice(
    postgres_url: str, valkey_url: str, seed: int, long_run: bool, record_property: Record
) -> None:
    letters, kills = (2_500, 10) if long_run else (240, 2)
    chance, killer = random.Random(seed), Killer()
    peer = SmtpPeer(hook=killer.hook)
    asyncio.run(prepare(postgres_url, letters, just_now(), peer))
    with Crew(postgres_url, valkey_url, connections=CONNECTIONS, **SHORT_LEASES) as crew:
        scene = Field(crew, peer, killer)
        schedulers = crew.hire("scheduler", "scheduler")
        for _ in range(kills):
            fallen, schedulers = schedulers[:-1], schedulers[-1:]
            scene.fall(2, fallen, chance.choice(PHASES), chance.randint(5, letters // kills * 2 // 3))
            schedulers += crew.hire("scheduler") if long_run else []
        crew.hire("worker")
        prove(scene, letters, kills, record_property)


def test_r40_where_the_mailbox_says_again_only_what_was_on_the_wire_comes_twice_and_is_the_same_letter(
    place: Place, long_run: bool, record_property: Record
) -> None:
    letters, kills = (1_000, 10) if long_run else (120, 2)
    chance, killer = random.Random(20261123), Killer()
    peer = SmtpPeer(hook=killer.hook)
    asyncio.run(prepare(place.url, letters, just_now(), peer, uncertain_policy="again"))
    leases = SHORT_LEASES if place.valkey else {}
    with Crew(place.url, place.valkey, connections=CONNECTIONS, again_after=0.0, **leases) as crew:
        scene = Field(crew, peer, killer)
        crew.hire(*["scheduler"] * bool(place.valkey))
        for _ in range(kills):
            scene.fall(1, [], "body", chance.randint(5, letters // kills * 2 // 3))
        crew.hire("worker" if place.valkey else "up")
        crew.until(lambda found: found[State.ACCEPTED] + found[State.UNCERTAIN] == letters)
        until(lambda: len({mail.recipients[0] for mail in list(peer.received)}) == letters, told=crew.said)
        rows = scene.end()
    came: dict[str, list[bytes]] = {}
    for mail in peer.received:
        came.setdefault(mail.recipients[0], []).append(mail.data)
    on_the_wire = {row.email for row in rows if row.id in set().union(*scene.handing)}
    twice = {email for email, mails in came.items() if len(mails) > 1}
    for name, figure in (scene.told(rows) | {"came twice": len(twice)}).items():
        record_property(name, figure)
    assert set(came) == {row.email for row in rows}
    assert twice
    assert twice <= on_the_wire
    for email in twice:
        assert len(set(came[email])) == 1, email  # the same Message-ID, date and text, to the byte


@pytest.mark.long
def test_kill_9_never_lets_a_mailbox_send_more_in_a_minute_than_its_pace(place: Place, record_property: Record) -> None:
    letters, kills, most = 70, 4, 30
    chance, killer = random.Random(20261122), Killer()
    bodies: list[float] = []

    def hook(phase: str, argument: str) -> Reply:
        if phase == "body":
            bodies.append(time.monotonic())
        return killer.hook(phase, argument)

    peer = SmtpPeer(hook=hook)
    asyncio.run(prepare(place.url, letters, just_now(), peer, per_minute=most))
    leases = SHORT_LEASES if place.valkey else {}
    with Crew(place.url, place.valkey, connections=CONNECTIONS, **leases) as crew:
        scene = Field(crew, peer, killer)
        crew.hire(*["scheduler"] * bool(place.valkey))
        for _ in range(kills):
            scene.fall(1, [], chance.choice(PHASES), chance.randint(5, 12))
        crew.hire(*["worker", "worker"] if place.valkey else ["up"])
        prove_fates(scene, letters, kills, record_property)
    spans = [later - first for first, later in zip(bodies, bodies[most:], strict=False)]
    record_property("least seconds of one letter more than the pace", min(spans))
    assert min(spans) >= 60
    assert bodies[-1] - bodies[0] < 60 * 6, "the dead kept the living from sending"
