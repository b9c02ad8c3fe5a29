"""Connections that ask for marks within a moment share one unit; nobody is waited for who cannot ask."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from drip.actions import commit_together
from drip.actions.commit_together import Committer
from drip.actions.settle import Ended
from drip.domain.send import State
from drip.store.engine import Store
from drip.store.failures import StoreUnreachableError
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office, Written


@dataclass
class Counted:
    """A store that counts its units."""

    store: Store
    units: int = 0

    @property
    def kind(self) -> str:
        """The store's."""
        return self.store.kind

    async def unit(self, work: Callable[..., Awaitable[Any]], **how: Any) -> Any:
        """One more."""
        self.units += 1
        return await self.store.unit(work, **how)

    async def statement(self, work: Callable[..., Awaitable[Any]]) -> Any:
        """One more."""
        self.units += 1
        return await self.store.statement(work)


@pytest.fixture
async def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two letters are due, and a moment lasts an hour: only what is complete goes on."""
    monkeypatch.setattr(commit_together, "PAUSE", 3600.0)
    bob = await desk.enroll("bob@beta.example.com")
    await desk.due(bob, at=TUESDAY)
    ann = await desk.enroll(ANN)
    return Office(desk, ann, await desk.due(ann, at=TUESDAY))


async def opened(office: Office) -> tuple[Counted, Written, Committer]:
    """A committer for the two letters, and what counts its units."""
    counted = Counted(office.desk.store)
    batch = await office.take()
    sending = replace(office.sending, store=counted)  # type: ignore[arg-type]
    return counted, batch, Committer(sending)


async def test_the_marks_of_all_connections_are_written_in_one_unit(office: Office) -> None:
    counted, batch, committer = await opened(office)
    committer.join()
    committer.join()
    async with asyncio.timeout(30):
        first = asyncio.create_task(committer.mark(batch.ready[0], batch.token))
        await asyncio.wait([first], timeout=0.05)
        assert counted.units == 0  # the other connection may ask yet
        assert await committer.mark(batch.ready[1], batch.token)
        assert await first
    assert counted.units == 1
    await committer.close()


async def test_a_connection_that_ended_is_not_waited_for(office: Office) -> None:
    counted, batch, committer = await opened(office)
    committer.join()
    committer.join()
    asked = asyncio.create_task(committer.mark(batch.ready[0], batch.token))
    async with asyncio.timeout(30):
        await asyncio.wait([asked], timeout=0.05)
        assert counted.units == 0
        committer.leave()
        assert await asked
    await committer.close()


@pytest.mark.parametrize("last", [True, False])
async def test_the_last_outcome_and_those_at_the_end_are_written_at_once(office: Office, last: bool) -> None:
    _, batch, committer = await opened(office)
    ready = {one.leased.id: one for one in batch.ready}[office.send_id]
    committer.join()
    assert await committer.mark(ready, batch.token)
    committer.land(Ended(ready.leased, batch.token, ACCEPTED, office.machine, office.machine), last=last)
    async with asyncio.timeout(30):
        await committer.close()
    assert await office.state() is State.ACCEPTED


@dataclass
class Away(Counted):
    """A store that cannot be reached for so many units."""

    left: int = 0

    async def unit(self, work: Callable[..., Awaitable[Any]], **how: Any) -> Any:
        """One less, then the real one."""
        self._count_down()
        return await super().unit(work, **how)

    async def statement(self, work: Callable[..., Awaitable[Any]]) -> Any:
        """One less, then the real one."""
        self._count_down()
        return await super().statement(work)

    def _count_down(self) -> None:
        self.left -= 1
        if self.left >= 0:
            raise StoreUnreachableError("The database cannot be reached: it is away.")


async def test_at_a_stop_a_database_that_is_away_is_not_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_together, "AWAY", 0.0)
    away, stopping = Away(office.desk.store), asyncio.Event()
    batch = await office.take()
    committer = Committer(replace(office.sending, store=away), stopping)  # type: ignore[arg-type]
    committer.join()
    ready = {one.leased.id: one for one in batch.ready}[office.send_id]
    assert await committer.mark(ready, batch.token)
    away.left = 10**9
    committer.land(Ended(ready.leased, batch.token, ACCEPTED, office.machine, office.machine), last=True)
    closing = asyncio.create_task(committer.close())
    async with asyncio.timeout(60):
        await asyncio.wait([closing], timeout=0.05)
        assert not closing.done()
        stopping.set()
        await closing
    assert (committer.settled, await office.state()) == (0, State.HANDING)  # until it is rescued


async def test_an_answer_is_written_however_long_the_database_was_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit_together, "AWAY", 0.0)
    batch = await office.take()
    away = Away(office.desk.store)
    committer = Committer(replace(office.sending, store=away))  # type: ignore[arg-type]
    committer.join()
    ready = {one.leased.id: one for one in batch.ready}[office.send_id]
    assert await committer.mark(ready, batch.token)
    away.left = 10 * len(commit_together.INSIST)
    committer.land(Ended(ready.leased, batch.token, ACCEPTED, office.machine, office.machine), last=True)
    async with asyncio.timeout(60):
        await committer.close()
    assert (committer.settled, await office.state()) == (1, State.ACCEPTED)
    assert [type(one) for one in committer.errors] == [StoreUnreachableError]  # told once
