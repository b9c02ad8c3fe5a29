"""Letters that went as they should are settled in passing, with the marks of the next; what somebody else wrote
meanwhile is never overwritten."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from drip.actions.commit_together import Committer
from drip.actions.pause import pause
from drip.actions.settle import Ended, all_accepted
from drip.domain.enrollment import State as Enrolled
from drip.domain.plan import plan
from drip.domain.send import State
from drip.store import tables
from drip.store.engine import Store
from drip.store.handovers import settle_and_hand_over
from tests.actions.desk import ANN, DAY, Desk, of
from tests.actions.test_sending_chores import ACCEPTED, HOUR, TUESDAY, Office, Written

BOB = "bob@beta.example.com"
OF_THE_SEND = ("state", "attempts", "outcome_class", "outcome_code", "outcome_text", "settled_at", "lease_token", "n")
OF_THE_ATTEMPT = ("number", "outcome", "phase", "code", "enhanced", "text", "began_at", "ended_at")


@pytest.fixture
async def office(desk: Desk) -> Office:
    """Letters to Bob and to Ann are due."""
    bob = await desk.enroll(BOB)
    await desk.due(bob, at=TUESDAY)
    ann = await desk.enroll(ANN)
    return Office(desk, ann, await desk.due(ann, at=TUESDAY))


def ended(office: Office, batch: Written, place: int, *, known: bool = True) -> Ended:
    """The server took one of the letters; `known`: with the enrollment as it was leased."""
    ready = batch.ready[place]
    made = Ended(ready.leased, batch.token, ACCEPTED, office.machine, office.machine)
    return made._replace(open=ready.open) if known else made


async def marked(office: Office) -> tuple[Written, Committer]:
    """Both letters are on the wire."""
    batch = await office.take()
    committer = Committer(office.sending)
    for one in batch.ready:
        assert await committer.mark(one, batch.token)
    return batch, committer


async def row(store: Store, table: Any, **where: Any) -> Any:
    """The one row of a table."""
    async with store.reading() as unit:
        found = (await unit.run(select(table).where(*(table.c[name] == value for name, value in where.items())))).all()
    [only] = found
    return only


async def test_a_letter_settled_in_passing_leaves_what_settle_leaves(office: Office) -> None:
    batch, committer = await marked(office)
    committer.land(ended(office, batch, 0, known=False), last=True)
    committer.land(ended(office, batch, 1), last=True)
    await committer.close()
    told = []
    for one in batch.ready:
        leased = one.leased
        send = await row(office.desk.store, tables.sends, id=leased.id)
        attempt = await row(office.desk.store, tables.attempts, send_id=leased.id)
        prospect = await row(office.desk.store, tables.prospects, id=leased.prospect_id)
        after = await office.desk.open(leased.enrollment_id)
        facts = [
            (fact.what, fact.reason, fact.who, fact.data) for fact in await office.desk.facts(leased.enrollment_id)
        ]
        assert send.handed_at is not None and after.next_at is not None
        told.append(
            (
                [send._mapping[name] for name in OF_THE_SEND],
                [attempt._mapping[name] for name in OF_THE_ATTEMPT],
                (prospect.touched_on, after.enrollment, after.next_at.date(), after.closed_at),
                [fact for fact in facts if fact[0] != "enrolled" and fact[0] != "recall_set"],
            )
        )
    assert told[0] == told[1]
    assert told[1][0][:2] == ["accepted", 1]
    assert told[1][2][0] == TUESDAY.date()
    assert [fact[0] for fact in told[1][3]] == ["email"]


async def test_what_a_rep_did_while_the_letter_was_on_the_wire_stays(office: Office) -> None:
    batch, committer = await marked(office)
    await pause(office.desk.store, of(office.enrollment_id), office.desk.kim, office.now)
    committer.land(ended(office, batch, 1), last=True)
    await committer.close()
    await both_are_kept(office)
    assert committer.errors == []


async def both_are_kept(office: Office) -> None:
    """The pause and the letter, and no moment to look again that knows only one of them."""
    after = await office.desk.open(office.enrollment_id)
    assert (after.enrollment.paused_at, after.enrollment.sent) == (TUESDAY, 1)
    following = plan(after.enrollment, after.terms, office.now)
    assert following is not None and after.next_at == following.at
    assert await office.state() is State.ACCEPTED


async def test_what_is_being_written_meanwhile_is_waited_for_and_stays(office: Office, other: Store) -> None:
    if office.desk.store.kind == "sqlite":
        return  # its units take turns
    batch, committer = await marked(office)
    async with other.begin() as unit:
        await unit.run(
            text("UPDATE enrollments SET paused_at = :now WHERE id = :id"),
            {"now": TUESDAY, "id": office.enrollment_id},
        )
        committer.land(ended(office, batch, 1), last=True)
        await waited_for(other)
    await committer.close()
    await both_are_kept(office)


async def waited_for(store: Store) -> None:
    """Until somebody waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(30):
        while True:
            async with store.glance() as unit:
                if await unit.value(waiting):
                    return


async def test_r24_a_touch_of_the_prospect_never_gets_earlier(office: Office) -> None:
    batch, committer = await marked(office)
    async with office.desk.store.begin() as unit:
        await unit.run(tables.prospects.update().values(touched_on=(TUESDAY + DAY).date()))
    committer.land(ended(office, batch, 1), last=True)
    await committer.close()
    assert (await office.desk.open(office.enrollment_id)).enrollment.touched_on == (TUESDAY + DAY).date()
    assert await office.state() is State.ACCEPTED


async def test_a_letter_of_which_more_follows_is_settled_all_the_same(office: Office) -> None:
    async with office.desk.store.begin() as unit:
        await unit.run(tables.enrollments.update().values(step=3))  # the last one
    async with office.desk.store.begin() as unit:
        await unit.run(tables.sends.update().values(key="energy", step_key="energy"))
    batch, committer = await marked(office)
    committer.land(ended(office, batch, 1), last=True)
    await committer.close()
    assert (await office.desk.open(office.enrollment_id)).enrollment.state is Enrolled.COMPLETED
    assert ("completed", None) in await office.desk.told(office.enrollment_id)


async def test_nothing_is_marked_beside_a_letter_somebody_was_faster_with(office: Office) -> None:
    if office.desk.store.kind == "sqlite":
        return  # there every outcome is loaded, locked and written
    batch = await office.take()
    committer = Committer(office.sending)
    assert await committer.mark(batch.ready[1], batch.token)
    await pause(office.desk.store, of(office.enrollment_id), office.desk.kim, office.now)
    accepted = all_accepted([ended(office, batch, 1)], office.now)
    assert accepted is not None
    async with office.desk.store.glance() as unit:
        marks = [batch.ready[0].mark]
        passed = await settle_and_hand_over(unit, accepted, marks, office.now, batch.token, HOUR)
    assert passed.settled == passed.may_go == frozenset()
    assert await office.state() is State.HANDING
    await committer.close()


async def test_a_letter_whose_lease_was_lost_is_not_settled_in_passing(office: Office) -> None:
    batch, committer = await marked(office)
    late = ended(office, batch, 1)._replace(token="token-of-yesterday")
    committer.land(late, last=True)
    await committer.close()
    assert await office.state() is State.HANDING
    assert (await office.desk.open(office.enrollment_id)).enrollment.sent == 0
