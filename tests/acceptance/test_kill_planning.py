"""kill -9 of schedulers in mid-plan: nothing of a plan that was cut off stays, and each letter is planned once."""

import asyncio
import itertools
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg

from drip.domain.send import State
from drip.store import business_time
from drip.store.engine import open_store
from tests.acceptance.crew import Crew, ask, until
from tests.acceptance.test_survive_clocks import EVENING, plan_for_today
from tests.servers.process import Server

# Where a plan is cut off: after its letters were written, before it is noted when to look again; and before both.
STEPS = (("enrollments", "UPDATE enrollments"), ("sends", "INSERT INTO sends"))
_WAITING = "SELECT application_name, query FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


async def stand_at(url: str, now: datetime) -> None:
    """Let business time stand there for every process."""
    store = open_store(url)
    try:
        async with store.begin() as unit:
            await business_time.move(unit, now)
    finally:
        await store.close()


@contextmanager
def nobody_writes(url: str, table: str) -> Iterator[None]:
    """Until the end of the block whoever writes to this table waits."""
    with psycopg.connect(url.replace("+psycopg", "")) as holding:
        holding.execute(f"LOCK TABLE {table} IN SHARE MODE".encode())
        yield


def is_waiting(url: str, one: Server, statement: str) -> bool:
    """Whether this process stands before such a statement."""
    name = f"drip {one.process.pid}"
    return any(who == name and statement in query for who, query in ask(url, _WAITING))


def plans(url: str) -> tuple[list[Any], list[Any]]:
    """All that planning writes."""
    rows = ask(url, "SELECT id, state, step, next_at FROM enrollments ORDER BY id")
    return ask(url, "SELECT enrollment_id, key FROM sends ORDER BY id"), rows


def test_r39_a_scheduler_that_is_killed_in_mid_plan_leaves_the_whole_of_it_to_the_next(
    postgres_url: str, valkey_url: str, long_run: bool
) -> None:
    letters, kills = (2_000, 10) if long_run else (40, 1)
    due = asyncio.run(plan_for_today(postgres_url, letters, None))
    asyncio.run(stand_at(postgres_url, EVENING - timedelta.resolution))  # so that what is due then is not yet
    before = plans(postgres_url)
    with Crew(postgres_url, valkey_url, tick=0.1) as crew:
        for table, statement in itertools.islice(itertools.cycle(STEPS), kills):
            with nobody_writes(postgres_url, table):
                [scheduler] = crew.hire("scheduler")
                until(lambda one=scheduler, what=statement: is_waiting(postgres_url, one, what), told=crew.said)
                os.kill(scheduler.process.pid, signal.SIGKILL)
                assert scheduler.process.wait(60) == -signal.SIGKILL
            crew.until_forgotten([scheduler])
            assert plans(postgres_url) == before
        crew.hire("scheduler")
        crew.until(lambda found: found[State.DUE] >= len(due))
        assert crew.stop() == [0], crew.said()
        assert Counter(row.email for row in crew.rows()) == Counter(due)
        assert "plan.stuck" not in crew.said()
