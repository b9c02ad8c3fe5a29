"""Who stops a letter and who hands it over meet on its row; the commit that comes first decides (R36)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from drip.actions.enrolling.request import Enrolled
from drip.actions.happen import Context
from drip.actions.opt_out import opt_out, stop
from drip.actions.pause import pause
from drip.actions.record_return import record_return
from drip.actions.reply import reply
from drip.actions.suppress import suppress
from drip.actions.whose import Whose
from drip.domain.company import Company
from drip.domain.send import State
from drip.store import enrollments, leases, notice_leases, notices, prospects, tables
from drip.store.engine import Store, Unit
from drip.store.leases import Lease, Mark, Stamp
from drip.store.notice_leases import Stamped
from drip.store.notices import NewNotice
from tests.actions.desk import ANN, DAY, MONDAY, PROSPECT, Desk, of

TUESDAY = MONDAY + DAY
MARK_DOMAINS = ("acme.example.com", "example.com")


async def leased(desk: Desk) -> tuple[int, int, Lease]:
    """Ann's letter, due and leased to a worker: enrollment, send, lease."""
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, TUESDAY)
        lease = Lease("worker-1", machine, machine + timedelta(minutes=5))
        assert await leases.take(unit, desk.mailbox_id, TUESDAY, lease, 10) == [letter]
        await leases.stamp(unit, lease.token, [Stamp(letter, "<1@seller.example>", TUESDAY, {})])
    return one, letter, lease


async def hand_over(unit: Unit, letter: int, lease: Lease) -> frozenset[int]:
    """The worker asks to put the letter on the wire."""
    mark = Mark(letter, ANN, MARK_DOMAINS, None, "Hello", ())
    return await leases.hand_over(unit, [mark], TUESDAY, lease)


async def somebody_waits(store: Store, work: "asyncio.Task[Any]") -> None:
    """Until this work waits for a row the test holds, or is over; SQLite's second writer cannot be watched."""
    if store.kind == "sqlite":
        return
    waiting = 0
    while not waiting and not work.done():
        async with store.reading() as unit:
            waiting = await unit.value(
                text(
                    "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                    "WHERE NOT l.granted AND a.datname = current_database()"
                )
            )


async def test_r36_after_an_opt_out_commits_no_body_starts(desk: Desk, other: Store):
    one, letter, lease = await leased(desk)

    async def wire() -> frozenset[int]:
        async with other.begin(durable=True) as unit:
            return await hand_over(unit, letter, lease)

    async with desk.store.begin() as unit:
        await stop(unit, of(one), PROSPECT, TUESDAY)
        worker = asyncio.create_task(wire())
        await somebody_waits(desk.store, worker)
    assert await worker == frozenset()
    assert await desk.state(letter) is State.WITHDRAWN


async def test_r36_after_an_opt_out_commits_no_invitation_starts(desk: Desk, other: Store):
    ann = await desk.add()
    new = NewNotice("invitation", "1", desk.rep_id, TUESDAY, TUESDAY + DAY, prospect_id=ann, recipient=ANN)
    async with desk.store.begin() as unit:
        await notices.add(unit, [new], TUESDAY)
        machine = await leases.machine_time(unit, TUESDAY)
        lease = Lease("worker-1", machine, machine + timedelta(minutes=5))
        [one] = await notices.load(unit, await notice_leases.take(unit, TUESDAY, lease, 1))
        await notice_leases.stamp(unit, one.id, lease.token, Stamped({}, "Our call", None, "<1@kim.example>", TUESDAY))

    async def wire() -> bool:
        async with other.begin(durable=True) as unit:
            return await notice_leases.hand_over(unit, one, TUESDAY, lease)

    async with desk.store.begin() as unit:
        await stop(unit, Whose(email=ANN), PROSPECT, TUESDAY)
        worker = asyncio.create_task(wire())
        await somebody_waits(desk.store, worker)
    assert await worker is False


async def test_r36_a_letter_handed_over_first_is_on_its_way_and_nothing_follows(desk: Desk, other: Store):
    one, letter, lease = await leased(desk)
    async with other.begin(durable=True) as unit:
        assert await hand_over(unit, letter, lease) == {letter}
        stopping = asyncio.create_task(opt_out(desk.store, of(one), PROSPECT, TUESDAY))
        await somebody_waits(other, stopping)
    await stopping
    assert await desk.state(letter) is State.HANDING
    after = await desk.open(one)
    assert after.enrollment.state.value == "opted_out"
    assert after.next_at is None  # settling the letter says when to look again


@pytest.mark.parametrize(
    "protect",
    [
        lambda desk, one: opt_out(desk.store, of(one), PROSPECT, TUESDAY),
        lambda desk, one: record_return(desk.store, of(one), "complaint", PROSPECT, TUESDAY),
        lambda desk, one: record_return(desk.store, of(one), "hard_bounce", PROSPECT, TUESDAY),
        lambda desk, one: reply(desk.store, of(one), "Stop", desk.kim, TUESDAY),
        lambda desk, one: pause(desk.store, of(one), Context("cli"), TUESDAY),
        lambda desk, one: suppress(desk.store, ANN, desk.kim, TUESDAY),
        lambda desk, one: suppress(desk.store, "example.com", desk.kim, TUESDAY),
    ],
    ids=["opt-out", "complaint", "bounce", "reply", "pause", "suppress", "domain"],
)
async def test_r36_whatever_protects_a_person_withdraws_a_leased_letter(
    desk: Desk, protect: Callable[[Desk, int], Awaitable[object]]
):
    one, letter, lease = await leased(desk)
    await protect(desk, one)
    async with desk.store.begin(durable=True) as unit:
        assert await hand_over(unit, letter, lease) == frozenset()
    assert await desk.state(letter) is State.WITHDRAWN
    async with desk.store.begin() as unit:
        again = Lease("worker-2", lease.machine, lease.until)
        assert await leases.take(unit, desk.mailbox_id, TUESDAY + DAY, again, 10) == []
        assert [found.id for found in await enrollments.load(unit, [one])] == [one]


@pytest.mark.parametrize("happens", ["a reply", "a suppressed domain"])
async def test_people_of_one_company_are_locked_in_ascending_order(desk: Desk, other: Store, happens: str):
    if desk.store.kind == "sqlite":
        return  # one writer at a time, whoever it is
    firm = Company("Acme", "acme.example")
    ann, bob = await desk.add("ann@acme.example", firm), await desk.add("bob@acme.example", firm)
    for email in ("bob@acme.example", "ann@acme.example"):  # Bob's file is the older one
        assert isinstance(await desk.ask(email), Enrolled)
    bobs = Whose(prospect_id=bob)
    work = (
        reply(other, bobs, "Not now", PROSPECT, TUESDAY)
        if happens == "a reply"
        else suppress(other, "acme.example", PROSPECT, TUESDAY)
    )
    async with desk.store.begin() as unit:
        await prospects.lock(unit, [ann])
        waits = asyncio.create_task(work)
        await asyncio.wait([waits], timeout=0.5)
        assert not waits.done()
        free = select(tables.prospects.c.id).where(tables.prospects.c.id == bob).with_for_update(skip_locked=True)
        assert await unit.value(free) == bob
    await waits
