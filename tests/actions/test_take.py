"""Take asks again what protects people, and one letter that cannot be written stops no other."""

from datetime import date

import pytest

from drip.actions.doctor import doctor
from drip.actions.give_up import give_up
from drip.actions.plan import plan_due
from drip.actions.promise_call import promise_call
from drip.actions.rescue import rescue
from drip.actions.settle import Ended, settle
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.store import leases, tables
from drip.store.leases import Lease
from tests.actions.desk import ANN, DAY, MONDAY, Desk, of
from tests.actions.test_sending_chores import HOUR, TUESDAY, Office
from tests.store.test_sends_protocol import change

BOB = "bob@beta.example.com"


async def due(desk: Desk, email: str = ANN) -> Office:
    """Somebody enrolled on Monday, with a letter due on Tuesday."""
    one = await desk.enroll(email)
    return Office(desk, one, await desk.due(one, at=TUESDAY))


@pytest.mark.parametrize("email", ["bob jones@beta.example.com", "bob@" + "b" * 300 + ".example"])
async def test_an_address_that_cannot_be_used_stops_no_other_letter(desk: Desk, email: str):
    ann, bob = await due(desk), await due(desk, BOB)
    await change(desk.store, tables.enrollments, bob.enrollment_id, email=email)
    batch = await ann.take()
    assert [one.leased.enrollment_id for one in batch.ready] == [ann.enrollment_id]
    assert [one.leased.enrollment_id for one in batch.spoilt] == [bob.enrollment_id]


async def test_a_letter_that_is_missing_stops_no_other_letter(desk: Desk):
    ann, bob = await due(desk), await due(desk, BOB)
    await change(desk.store, tables.sends, bob.send_id, step_key="nowhere")
    batch = await ann.take()
    assert [one.leased.enrollment_id for one in batch.ready] == [ann.enrollment_id]
    assert [(one.leased.enrollment_id, "nowhere" in one.why) for one in batch.spoilt] == [(bob.enrollment_id, True)]


@pytest.mark.parametrize(("column", "value"), [("address", "kim at seller"), ("time_zone", "Nowhere/Atall")])
async def test_a_mailbox_that_cannot_be_written_from_is_told(desk: Desk, column: str, value: str):
    ann = await due(desk)
    await change(desk.store, tables.mailboxes, desk.mailbox_id, **{column: value})
    batch = await ann.take()
    [spoilt] = batch.spoilt
    assert batch.ready == ()
    assert value in spoilt.why
    outcome = Outcome(Kind.REFUSED, Phase.DATA, text=spoilt.why)
    ended = Ended(spoilt.leased, batch.token, outcome, TUESDAY, TUESDAY, spoilt=True)
    async with desk.store.begin() as unit:
        await settle(unit, ann.sending, [ended], TUESDAY, ann.sending.machine())
    assert await ann.state() is State.REFUSED


# Tuesday 17 February and Monday 16 March 2026: business days in New York.
FIRST, SECOND = date(2026, 2, 17), date(2026, 3, 16)


async def put_off(desk: Desk, promised: date | None) -> Office:
    """Ann's letter, written once under a promise, and turned away by the server for now."""
    one = await desk.enroll()
    if promised is not None:
        await promise_call(desk.store, of(one), promised, desk.kim, MONDAY)
    ann = Office(desk, one, await desk.due(one, at=TUESDAY))
    batch = await ann.take()
    assert batch.ready[0].mark.id == ann.send_id
    assert await ann.land(batch, Outcome(Kind.DEFERRED, Phase.RCPT, 450, "4.2.0", "greylisted"))
    await change(desk.store, tables.sends, ann.send_id, retry_at=None)
    return ann


@pytest.mark.parametrize("promised", [FIRST, None], ids=["another day", "no day"])
async def test_r14_a_letter_written_before_a_promise_is_planned_anew_with_the_new_day(
    desk: Desk, promised: date | None
):
    ann = await put_off(desk, promised)
    await promise_call(desk.store, of(ann.enrollment_id), SECOND, desk.kim, TUESDAY)
    batch = await ann.take()
    assert (batch.ready, batch.held) == ((), 1)
    assert (await desk.send(ann.send_id)).withdrawn_reason == "superseded"
    following = (await desk.open(ann.enrollment_id)).next_at
    assert following is not None
    assert following.date() == TUESDAY.date()
    ann.now = following
    assert (await plan_due(desk.store, ann.now)).made == 1
    [again] = (await ann.take()).ready
    assert again.mark.stamp is not None
    assert again.mark.stamp.letter_values["recall"]["on"] == "2026-03-16"


async def test_r14_a_letter_whose_promise_stands_goes_as_it_was_written(desk: Desk):
    ann = await put_off(desk, FIRST)
    assert [one.leased.id for one in (await ann.take()).ready] == [ann.send_id]


async def unreadable(desk: Desk, office: Office) -> None:
    """The enrollment has a time zone that nobody knows any more."""
    await change(desk.store, tables.enrollments, office.enrollment_id, time_zone="Nowhere/Atall")


async def test_a_letter_whose_enrollment_cannot_be_read_waits_and_stops_no_other(desk: Desk):
    ann, bob = await due(desk), await due(desk, BOB)
    await unreadable(desk, bob)
    batch = await ann.take()
    assert [one.leased.enrollment_id for one in batch.ready] == [ann.enrollment_id]
    waiting = await desk.send(bob.send_id)
    assert (await bob.state(), waiting.attempts, waiting.retry_at is not None) == (State.DUE, 0, True)


async def test_a_letter_on_the_wire_whose_enrollment_cannot_be_read_keeps_no_other_from_rescue(desk: Desk):
    ann, bob = await due(desk), await due(desk, BOB)
    batch = await ann.take()
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, ann.machine)
        lease = Lease(batch.token, machine, machine + HOUR)
        assert len(await leases.hand_over(unit, [one.mark for one in batch.ready], ann.now, lease)) == 2
    await unreadable(desk, bob)
    for one in (ann, bob):
        await change(desk.store, tables.sends, one.send_id, lease_until=MONDAY - DAY)
    assert (await rescue(ann.sending)).uncertain == 1
    assert (await ann.state(), await bob.state()) == (State.UNCERTAIN, State.HANDING)
    await change(desk.store, tables.enrollments, bob.enrollment_id, time_zone="America/New_York")
    assert (await rescue(ann.sending)).uncertain == 1
    assert await bob.state() is State.UNCERTAIN


async def test_a_letter_too_old_whose_enrollment_cannot_be_read_keeps_no_other_from_being_given_up(desk: Desk):
    ann, bob = await due(desk), await due(desk, BOB)
    await unreadable(desk, bob)
    ann.now = TUESDAY + 30 * DAY
    assert await give_up(ann.sending) == 1
    assert (await ann.state(), await bob.state()) == (State.EXPIRED, State.DUE)


async def test_the_doctor_says_why_a_file_cannot_be_read(desk: Desk):
    bob = await due(desk, BOB)
    await unreadable(desk, bob)
    [found] = [one for one in await doctor(desk.store, TUESDAY) if one.code == "unreadable"]
    assert found.ids == (bob.enrollment_id,)
    assert "Nowhere/Atall" in found.words
