"""Letters of a paused mailbox wait, however long; resumed, they are spread and not sent at once (R12)."""

from datetime import UTC, datetime, timedelta

from drip.actions.give_up import give_up
from drip.actions.pause_mailbox import pause_mailbox
from drip.actions.plan import plan_due
from drip.actions.resume_mailbox import resume_mailbox
from drip.domain.send import State
from drip.store import leases, mailboxes
from drip.store.leases import Lease
from tests.actions.desk import Desk
from tests.actions.test_sending_chores import HOUR, TUESDAY, Office

RESUMED = datetime(2026, 1, 21, 15, tzinfo=UTC)  # Wednesday, 10:00 in New York; the window closes at 17:00
PEOPLE = 6


async def paused(desk: Desk) -> list[Office]:
    """Some letters due on Tuesday 6 January, whose mailbox is paused that day."""
    found = []
    for number in range(PEOPLE):
        one = await desk.enroll(f"ann{number}@firm{number}.example.com")
        found.append(Office(desk, one, await desk.due(one, at=TUESDAY)))
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "login refused", TUESDAY)
    return found


async def test_r12_a_letter_of_a_paused_mailbox_is_not_given_up(desk: Desk):
    people = await paused(desk)
    people[0].now = TUESDAY + timedelta(days=30)
    assert await give_up(people[0].sending) == 0
    assert {await one.state() for one in people} == {State.DUE}


async def test_r12_letters_that_waited_for_a_mailbox_do_not_go_in_a_burst(desk: Desk):
    people = await paused(desk)
    box, changed = await resume_mailbox(desk.store, "kim", RESUMED)
    assert (box.state, changed) == ("active", True)
    people[0].now = RESUMED
    assert await give_up(people[0].sending) == 0
    assert {await one.state() for one in people} == {State.WITHDRAWN}
    moments = [(await desk.open(one.enrollment_id)).next_at for one in people]
    assert len(set(moments)) > PEOPLE // 2
    closes = RESUMED + timedelta(hours=7)
    for moment in sorted({one for one in moments if one is not None}):
        assert RESUMED <= moment < closes
        assert (await plan_due(desk.store, moment)).made == moments.count(moment)  # at the very minute told


async def test_resuming_a_mailbox_that_sends_changes_nothing(desk: Desk):
    one = await desk.enroll()
    letter = await desk.due(one, at=TUESDAY)
    assert not (await resume_mailbox(desk.store, "kim", RESUMED))[1]
    assert await desk.state(letter) is State.DUE


async def test_no_body_starts_once_its_mailbox_is_paused(desk: Desk):
    one = await desk.enroll()
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    batch = await office.take()
    await pause_mailbox(desk.store, "kim", "by hand", TUESDAY)
    row = await desk.send(office.send_id)
    assert (row.state, row.attempts) == (State.DUE, 0)
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
        lease = Lease(batch.token, machine, machine + HOUR)
        assert await leases.hand_over(unit, [batch.ready[0].mark], office.now, lease) == frozenset()
