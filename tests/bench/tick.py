"""What a tick costs a due letter: at 10 thousand and at a million enrolled, and with an old snapshot held open.

Cost is CPU of the scheduler and of its database connections; letters a second are by the wall.
"""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

from drip.store import enrollments
from tests.bench.child import Child, cpu_of
from tests.bench.crowd import TUESDAY, add_enrollments, add_people, ask_nothing, enroll, first_moments, pause, set_scene
from tests.bench.progress import tell
from tests.bench.servers import BenchPostgres, fill
from tests.bench.table import Spread, spread

MONDAY = TUESDAY - timedelta(days=1)
MIDNIGHT = TUESDAY.replace(hour=4)  # where the prospects are
A_DAY = 1439  # minutes in which the letters of Tuesday come due
A_TICK = 1000  # letters that come due between two ticks
FEW, MANY = 10_000, 1_000_000
WARM_UP = 2  # ticks
ROUNDS = 6
UNDER_SNAPSHOT = 12  # ticks with an old snapshot; the later half counts


@dataclass(slots=True)
class Town:
    """A database of people enrolled on Monday, some of whom come due on Tuesday, tick by tick."""

    postgres: BenchPostgres
    enrolled: int
    ticks: int
    name: str = ""
    ticked: int = 0
    made: int = 0

    def build(self) -> None:
        """Enroll all, while another connection adds the people; those who are due on Tuesday are so by the rules, the
        others in months."""
        self.name = self.postgres.fresh()
        due = range(1, self.enrolled + 1, self.enrolled // (self.ticks * A_TICK))

        async def begin(unit: Any) -> None:
            scene = await set_scene(unit, {"pool": 25}, MONDAY)
            await enroll(unit, scene, 1, MONDAY, later=True)
            await pause(unit, scene, MONDAY)  # what comes due stays, and the scheduler is at rest after a tick

        async def go_on(unit: Any) -> None:
            await ask_nothing(unit)
            await add_enrollments(unit, self.enrolled, later=True)
            await enrollments.set_next(unit, dict(moments.result()))

        async def add(unit: Any) -> None:
            await ask_nothing(unit)
            await add_people(unit, self.enrolled)

        fill(self.url, begin)
        with ThreadPoolExecutor() as beside:
            people = beside.submit(self._fill, add, "companies, prospects")
            moments = beside.submit(first_moments, due, MONDAY)
            self._fill(go_on, "enrollments")
            people.result()
        with self.postgres.connect(self.name) as connection:
            connection.execute("VACUUM ANALYZE")

    def _fill(self, work: Callable[[Any], Awaitable[object]], tables: str) -> None:
        """Do it, and sweep the tables it filled."""
        fill(self.url, work)
        with self.postgres.connect(self.name) as connection:
            connection.execute(f"VACUUM {tables}".encode())

    @property
    def url(self) -> str:
        """Where it is."""
        return self.postgres.url(self.name)

    def tick(self, planner: Child) -> dict[str, float]:
        """One tick: CPU and wall seconds a letter that came due, and how many did."""
        self.ticked += 1
        at = MIDNIGHT + timedelta(minutes=A_DAY * self.ticked // self.ticks)
        before = cpu_of(*self._backends())
        used = planner.ask(way="tick", url=self.url, at=at.isoformat())
        cpu = used["cpu"] + cpu_of(*self._backends()) - before
        made = self._made()
        if not A_TICK * 0.8 < made < A_TICK * 1.2:
            raise SystemExit(f"a tick at {self.enrolled} enrolled made {made} letters, not about {A_TICK}")
        return {"cpu": cpu / made, "wall": used["wall"] / made, "made": made}

    def hold_snapshot(self, stack: ExitStack) -> None:
        """Keep a transaction open that may look at everything as it is now."""
        connection = stack.enter_context(psycopg.connect(self.postgres.dsn(self.name)))
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SELECT count(*) FROM sends").fetchall()

    def _made(self) -> int:
        with self.postgres.connect(self.name) as connection:
            [(count,)] = connection.execute("SELECT count(*) FROM sends").fetchall()
        new, self.made = int(count) - self.made, int(count)
        return new

    def _backends(self) -> list[int]:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        with self.postgres.connect("postgres") as connection:
            return [row[0] for row in connection.execute(asked, (self.name,)).fetchall()]


def measure(small: Town, large: Town) -> tuple[dict[str, Spread], dict[str, Any]]:
    """The measures of a tick, and the raw figures; both towns are built."""
    few, many, old = [], [], []
    tell("tick: both by turns; then one with an old snapshot held open")
    with Child("tests.bench.planner") as planner, ExitStack() as stack:
        for number in range(WARM_UP + ROUNDS):
            found = small.tick(planner), large.tick(planner)
            if number >= WARM_UP:
                few.append(found[0])
                many.append(found[1])
        large.hold_snapshot(stack)
        for number in range(UNDER_SNAPSHOT):
            one = large.tick(planner)
            if number >= UNDER_SNAPSHOT // 2:
                old.append(one)
    pairs = list(zip(few, many, old, strict=True))
    figures = {
        "tick_1m_vs_10k": spread(large["cpu"] / small["cpu"] for small, large, _ in pairs),
        "tick_old_snapshot": spread(held["cpu"] / large["cpu"] for _, large, held in pairs),
        "plan_per_s": spread(1 / one["wall"] for one in few),
    }
    return figures, {"tick_10k": few, "tick_1m": many, "tick_1m_old_snapshot": old}


def towns(postgres: BenchPostgres, many: int = MANY) -> tuple[Town, Town]:
    """The small and the large town, built."""
    made = Town(postgres, FEW, FEW // A_TICK), Town(postgres, many, WARM_UP + ROUNDS + UNDER_SNAPSHOT)
    for one in made:
        tell(f"tick: enroll {one.enrolled:,}")
        one.build()
    return made
