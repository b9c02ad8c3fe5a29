"""A server that limits us is heeded by every process: the domain rests, the connections are halved (MAIL 45)."""

import asyncio
from datetime import timedelta

import pytest

from drip.actions.deliver import deliver
from drip.actions.explain_waiting import explain_waiting
from drip.actions.resume_mailbox import resume_mailbox
from drip.actions.settle import Ended, settle
from drip.domain.enrollment import State as FileState
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.store import leases, mailboxes, rests, tables
from drip.store.mailboxes import Mailbox
from tests.actions.desk import DAY, Desk
from tests.actions.test_sending_chores import ACCEPTED, HOUR, TUESDAY, Office, Written
from tests.store.test_sends_protocol import change

ANN, BOB, CY = "ann@gmail.example", "bob@gmail.example", "cy@acme.example"
LIMIT = Outcome(
    Kind.DEFERRED, Phase.RCPT, 450, "4.7.28", "Gmail has detected an unusual rate. Try again in 60 seconds."
)
DISABLED = Outcome(Kind.REFUSED, Phase.RCPT, 550, "5.2.1", "The mailbox is disabled, not accepting messages.")
FULL = Outcome(Kind.DEFERRED, Phase.RCPT, 452, "4.2.2", "The mailbox is full.")


async def due(desk: Desk, email: str, **more: object) -> Office:
    """A letter due on Tuesday to somebody who was enrolled on Monday."""
    enrollment_id = await desk.enroll(email)
    return Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))


async def next_letter(before: Office, key: str) -> Office:
    """The letter after it is due, on its own day."""
    moment = (await before.desk.open(before.enrollment_id)).next_at
    assert moment is not None
    office = Office(before.desk, before.enrollment_id, await before.desk.due(before.enrollment_id, key, moment))
    office.now = moment
    return office


async def answered(office: Office, outcome: Outcome) -> Written:
    """All that is due is taken; the office's own letter is answered so, and the rest is given back."""
    batch = await office.take()
    [mine] = [one for one in batch.ready if one.leased.id == office.send_id]
    async with office.desk.store.begin() as unit:
        machine = await leases.machine_time(unit, office.machine)
        ended = Ended(mine.leased, batch.token, outcome, machine, machine)
        await settle(unit, office.sending, [ended], office.now, machine)
        await leases.release(unit, batch.token, [one.leased.id for one in batch.ready if one is not mine])
    return batch


async def box(desk: Desk) -> Mailbox:
    """Kim's mailbox."""
    async with desk.store.reading() as unit:
        found = await mailboxes.by_name(unit, "kim")
    assert found is not None
    return found


async def resting(office: Office) -> dict[str, timedelta]:
    """What rests, and for how long still."""
    async with office.desk.store.reading() as unit:
        machine = await leases.machine_time(unit, office.machine)
        found = await rests.resting(unit, office.desk.mailbox_id, machine)
    return {domain: until - machine for domain, until in found.items()}


async def test_m45_a_rate_limit_lets_the_recipients_domain_rest_and_the_others_go(desk: Desk) -> None:
    ann = await due(desk, ANN)
    await due(desk, BOB)
    cy = await due(desk, CY)
    await answered(ann, LIMIT)
    [(domain, left)] = (await resting(ann)).items()
    assert domain == "gmail.example"
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)  # 4.7.28: ten, although it asked for one
    assert [one.leased.id for one in (await ann.take()).ready] == [cy.send_id]
    assert (await box(desk)).slowed_to == 2  # of four


async def test_r37_a_letter_that_waits_for_a_resting_domain_says_pace(desk: Desk) -> None:
    ann, bob = await due(desk, ANN), await due(desk, BOB)
    cy = await due(desk, CY)
    await answered(ann, LIMIT)
    bob.now = TUESDAY + HOUR
    await explain_waiting(bob.sending)
    assert ("held", "pace") in await desk.told(bob.enrollment_id)
    assert ("held", "pace") not in await desk.told(cy.enrollment_id)


async def test_m45_many_letters_told_of_one_limit_halve_the_connections_once(desk: Desk) -> None:
    ann, bob = await due(desk, ANN), await due(desk, BOB)
    batch = await ann.take()
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, ann.machine)
        for one in batch.ready:
            ended = Ended(one.leased, batch.token, LIMIT, machine, machine)
            await settle(unit, ann.sending, [ended], ann.now, machine)
    assert (await box(desk)).slowed_to == 2
    assert {await ann.state(), await bob.state()} == {State.DUE}


async def test_m45_a_goodbye_for_the_rate_lets_the_whole_mailbox_rest(desk: Desk) -> None:
    ann, cy = await due(desk, ANN), await due(desk, CY)
    await answered(ann, LIMIT._replace(code=421, enhanced="4.7.0", text="Too many messages, slow down."))
    assert list(await resting(ann)) == [""]
    assert (await cy.take()).ready == ()
    async with desk.store.begin() as unit:
        await rests.end(unit, desk.mailbox_id)
    assert len((await cy.take()).ready) == 1


async def test_a_slowed_mailbox_uses_fewer_connections(desk: Desk) -> None:
    ann, cy = await due(desk, ANN), await due(desk, CY)
    await answered(ann, LIMIT)
    batch = await cy.take()
    assert batch.batch.connections == 2
    assert (await ann.take()).ready == ()  # one batch at a time


async def test_nothing_rests_after_any_other_answer(desk: Desk) -> None:
    ann = await due(desk, ANN)
    await answered(ann, Outcome(Kind.DEFERRED, Phase.RCPT, 451, "4.7.1", "Greylisted, try again in 300 seconds."))
    assert await resting(ann) == {}
    assert (await box(desk)).slowed_at is None


async def test_r32_two_letters_running_to_a_mailbox_that_is_switched_off_are_a_hard_bounce(desk: Desk) -> None:
    ann = await due(desk, ANN)
    await answered(ann, DISABLED)
    assert (await ann.state(), (await desk.open(ann.enrollment_id)).enrollment.state) == (
        State.REFUSED,
        FileState.DRIPPING,
    )
    await answered(await next_letter(ann, "checklist"), DISABLED)
    assert (await desk.open(ann.enrollment_id)).enrollment.state is FileState.UNDELIVERABLE
    assert ("suppressed", "hard_bounce") in await desk.told(ann.enrollment_id)


async def test_r32_a_letter_that_arrived_in_between_forgets_the_first(desk: Desk) -> None:
    ann = await due(desk, ANN)
    await answered(ann, DISABLED)
    second = await next_letter(ann, "checklist")
    await second.land(await second.hand_over(), ACCEPTED)
    await answered(await next_letter(ann, "spares"), DISABLED)
    assert (await desk.open(ann.enrollment_id)).enrollment.state is FileState.DRIPPING


async def test_a_full_mailbox_is_tried_three_times_more_and_then_the_drip_goes_on(desk: Desk) -> None:
    ann = await due(desk, ANN)
    for tries in range(1, 5):
        await answered(ann, FULL)
        assert (await desk.send(ann.send_id)).attempts == tries
        await change(desk.store, tables.sends, ann.send_id, retry_at=None)
    assert await ann.state() is State.REFUSED
    assert ("email_dropped", "mailbox_full") in await desk.told(ann.enrollment_id)
    assert (await desk.open(ann.enrollment_id)).next_at is not None


@pytest.mark.parametrize("phase", [Phase.RCPT, Phase.BODY])
async def test_r12_a_letter_put_off_after_its_body_is_planned_anew_when_its_mailbox_is_resumed(
    desk: Desk, phase: Phase
) -> None:
    ann = await due(desk, ANN)
    await ann.land(await ann.hand_over(), Outcome(Kind.DEFERRED, phase, 451, "4.3.0", "Not now."))
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "login refused", TUESDAY)
    await resume_mailbox(desk.store, "kim", TUESDAY + 8 * DAY)
    assert await ann.state() is State.WITHDRAWN


async def test_a_resumed_mailbox_rests_no_more(desk: Desk) -> None:
    ann, cy = await due(desk, ANN), await due(desk, CY)
    await answered(ann, LIMIT._replace(code=421, text="Too many messages, slow down."))
    async with desk.store.begin() as unit:
        await mailboxes.pause(unit, desk.mailbox_id, "by hand", TUESDAY)
    await resume_mailbox(desk.store, "kim", TUESDAY)
    assert await resting(cy) == {}


async def test_a_mailbox_that_rests_is_left_alone_by_a_delivery(desk: Desk) -> None:
    ann = await due(desk, ANN)
    async with desk.store.begin() as unit:
        machine = await leases.machine_time(unit, ann.machine)
        await rests.begin(unit, desk.mailbox_id, {"": machine + HOUR})
    assert (await deliver(ann.sending, desk.mailbox_id, asyncio.Event())).settled == 0
    assert await ann.state() is State.DUE
