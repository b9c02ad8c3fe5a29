"""Many schedulers on hosts whose wall clocks disagree, and clocks that jump back: never twice, never stuck."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from drip.actions.plan import plan_due
from drip.domain.send import State
from drip.store.engine import open_store
from tests.acceptance.crew import Crew, ask
from tests.acceptance.engine_scene import just_now, prepare, subjects, url_in
from tests.servers.process import Server
from tests.servers.smtp import SmtpPeer

TUESDAY = datetime(2026, 3, 10, 14, tzinfo=UTC)  # Tuesday 10 March 2026, 10:00 in New York
EVENING = TUESDAY + timedelta(hours=12)  # 22:00 there; the window stays open until midnight
FIVE_MINUTES, HOUR = timedelta(minutes=5), timedelta(hours=1)


class Host:
    """A machine with a wall clock of its own, which stands at `time` now and can be put to another."""

    def __init__(self, folder: Path, time: datetime) -> None:
        """Its clock is kept in a file."""
        self.file = folder / f"clock-{len(list(folder.glob('clock-*')))}"
        self.put(time)

    def put(self, time: datetime) -> None:
        """Let it be `time` now."""
        draft = self.file.with_suffix(".new")
        draft.write_text(str((time - just_now()).total_seconds()))
        draft.replace(self.file)

    def hire(self, crew: Crew, name: str) -> Server:
        """Start a process here."""
        return crew.hire(name, program=("-m", "tests.acceptance.wrong_clock", str(self.file)))[0]


async def plan_for_today(url: str, letters: int, peer: SmtpPeer | None) -> set[str]:
    """So many prospects, hardly any of whose letters is planned yet; the addresses of those due by the evening.

    The first look gives each its minute of the day; those whose minute it is are planned at once.
    """
    await prepare(url, letters, TUESDAY, peer)
    store = open_store(url)
    try:
        async with store.begin() as unit:
            await unit.run(text("DELETE FROM sends"))
            await unit.run(text("UPDATE enrollments SET next_at = enrolled_at"))
        assert (await plan_due(store, TUESDAY, limit=letters)).looked_at == letters
        async with store.reading() as unit:
            rows = await unit.rows(text("SELECT email, next_at FROM enrollments"))
    finally:
        await store.close()
    return {row.email for row in rows if row.next_at is None or row.next_at < EVENING}


def test_schedulers_on_hosts_that_disagree_by_minutes_plan_each_letter_once(
    tmp_path: Path, postgres_url: str, valkey_url: str, long_run: bool
) -> None:
    letters, more = (2_000, 3) if long_run else (150, 1)
    peer = SmtpPeer()
    due = asyncio.run(plan_for_today(postgres_url, letters, peer))
    assert len(due) > letters // 2
    right = EVENING + FIVE_MINUTES * 2
    with Crew(postgres_url, valkey_url, tick=0.1, batch=20) as crew:
        fast = Host(tmp_path, right + FIVE_MINUTES)
        others = [Host(tmp_path, right + step * FIVE_MINUTES) for step in (0, -1, 1)]
        fast.hire(crew, "scheduler")
        others[0].hire(crew, "scheduler")
        others[0].hire(crew, "worker")
        peer.wait_for(len(due) // 4, within=60)
        fast.put(right - FIVE_MINUTES)
        for host in others[-more:]:
            host.hire(crew, "scheduler")
        crew.until(lambda found: found[State.ACCEPTED] >= len(due))
        assert set(crew.stop()) == {0}, crew.said()
    peer.stop()
    came = subjects([mail.data for mail in peer.received])
    assert set(came.values()) == {1}
    assert {f"downtime for {email}" for email in due} <= set(came)
    assert ask(postgres_url, "SELECT count(*) FROM sends GROUP BY enrollment_id, run, key HAVING count(*) > 1") == []


def test_a_clock_that_jumps_back_an_hour_while_letters_flow_and_at_a_restart_stops_nothing(tmp_path: Path) -> None:
    peer = SmtpPeer()
    asyncio.run(prepare(url_in(tmp_path), 120, TUESDAY, peer))
    host = Host(tmp_path, TUESDAY + 3 * HOUR)
    with Crew(url_in(tmp_path), tick=0.1, batch=20, maildir=tmp_path / "mail") as crew:
        first = host.hire(crew, "up")
        peer.wait_for(30)
        host.put(TUESDAY + 2 * HOUR)
        peer.wait_for(60)
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        host.put(TUESDAY + HOUR)
        host.hire(crew, "up")
        end = crew.until_quiet()
        assert crew.stop() == [0]
    peer.stop()
    assert end[State.ACCEPTED] + end[State.UNCERTAIN] == 120
    assert set(subjects([mail.data for mail in peer.received]).values()) == {1}
