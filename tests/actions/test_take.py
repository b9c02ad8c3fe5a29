"""Take asks again what protects people, and one letter that cannot be written stops no other."""

import pytest

from drip.actions.settle import Ended, settle
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.send import State
from drip.store import tables
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import TUESDAY, Office
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
        await settle(unit, ann.sending, [ended], TUESDAY)
    assert await ann.state() is State.REFUSED
