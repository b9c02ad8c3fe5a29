"""The scheduler rings for every chore there is, at its first look and again: nobody else brakes, rescues, gives up."""

import asyncio

import pytest

from tests.actions.desk import Desk
from tests.actions.test_sending_chores import Office
from workers.bell import LocalBell
from workers.engine import CHORES, Engine
from workers.scheduler import EVERY, Scheduler

AT_MOST = 30.0  # seconds until a test that waits for ever has failed
A_MINUTE = 60.0  # seconds


async def test_the_scheduler_rings_for_every_chore_at_its_first_look_and_for_each_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    bell = LocalBell(lambda _mailbox_id: None, lambda: 0.0)
    scheduler = Scheduler(Engine(Office(desk, 0, 0).sending), bell, rung.append, A_MINUTE)
    assert max(EVERY.values()) <= A_MINUTE
    for name in EVERY:
        monkeypatch.setitem(EVERY, name, 0.0)  # its time has come again at each look
    looking = asyncio.create_task(scheduler.run())
    async with asyncio.timeout(AT_MOST):
        await scheduler.quiet()
        assert {*rung} == {*CHORES}
        rung.clear()
        await scheduler.quiet()
    looking.cancel()
    await asyncio.wait([looking])
    assert {*rung} == {*CHORES}
