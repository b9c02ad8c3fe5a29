"""A letter is its rep's own: who it is from, where answers go, which mailbox it leaves by (MAIL 1, 21, 29, 46)."""

import asyncio
import email
import email.policy
from email.message import EmailMessage

from sqlalchemy import select

from drip.actions.deliver import deliver
from drip.actions.plan import plan_due
from drip.actions.take import NO_POSTAL_ADDRESS
from drip.domain.ids import send_of
from drip.domain.return_path import bounced_send
from drip.domain.send import State
from drip.outbound.letter import Letter
from drip.store import mailboxes, reps, tables
from drip.store.mailboxes import NewMailbox
from tests.actions.desk import ANN, MONDAY, Desk
from tests.actions.test_sending_chores import TUESDAY, Office
from tests.store.test_sends_protocol import change


async def written(desk: Desk, enrollment_id: int | None = None) -> tuple[Office, Letter, EmailMessage]:
    """Ann's first letter, and how a mail program reads it."""
    enrollment_id = enrollment_id or await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    [ready] = (await office.take()).ready
    message = email.message_from_bytes(ready.letter.data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return office, ready.letter, message


async def test_m01_a_letter_from_the_reps_own_mailbox_is_from_the_rep_and_answered_there(desk: Desk) -> None:
    _, letter, message = await written(desk)
    assert message["From"] == "Kim Lee <kim@seller.example>"
    assert message["Reply-To"] is None
    assert letter.envelope_from == "kim@seller.example"


async def test_m01_an_answer_to_a_letter_from_a_shared_mailbox_goes_to_the_rep(desk: Desk) -> None:
    await change(desk.store, tables.mailboxes, desk.mailbox_id, rep_id=None, address="news@seller.example")
    async with desk.store.begin() as unit:
        own = NewMailbox("own", "kim.lee@seller.example", "127.0.0.1", 2525, "none", desk.rep_id)
        await mailboxes.add(unit, own, MONDAY)
    _, _, message = await written(desk)
    assert message["From"] == "Kim Lee <news@seller.example>"
    assert message["Reply-To"] == "kim.lee@seller.example"


async def test_m01_answers_stay_where_we_read_them_when_the_rep_has_no_mailbox(desk: Desk) -> None:
    enrollment_id = await desk.enroll(ANN)
    await change(desk.store, tables.mailboxes, desk.mailbox_id, rep_id=None)
    _, _, message = await written(desk, enrollment_id)
    assert message["Reply-To"] is None


async def test_a_run_keeps_its_mailbox_whoever_gets_it_later(desk: Desk) -> None:
    enrollment_id = await desk.enroll(ANN)
    async with desk.store.begin() as unit:
        other = await reps.add(unit, reps.NewRep("Lea Moe", "lea@seller.example"), MONDAY)
        own = NewMailbox("new", "kim.lee@seller.example", "127.0.0.1", 2525, "none", desk.rep_id)
        await mailboxes.add(unit, own, MONDAY)
    await change(desk.store, tables.mailboxes, desk.mailbox_id, rep_id=other)
    moment = (await desk.open(enrollment_id)).next_at
    assert moment is not None
    assert (await plan_due(desk.store, moment)).made == 1
    async with desk.store.reading() as unit:
        assert [row.mailbox_id for row in await unit.rows(select(tables.sends.c.mailbox_id))] == [desk.mailbox_id]


async def test_m46_no_letter_goes_out_without_a_postal_address_and_the_mailbox_says_so(desk: Desk) -> None:
    await change(desk.store, tables.mailboxes, desk.mailbox_id, postal_address="")
    enrollment_id = await desk.enroll(ANN)
    send_id = await desk.due(enrollment_id, at=TUESDAY)
    office = Office(desk, enrollment_id, send_id)
    done = await deliver(office.sending, desk.mailbox_id, asyncio.Event())
    assert done.paused == NO_POSTAL_ADDRESS
    async with desk.store.reading() as unit:
        box = await mailboxes.get(unit, desk.mailbox_id)
    assert box is not None and (box.state, box.paused_reason) == ("paused", NO_POSTAL_ADDRESS)
    assert await desk.state(send_id) is State.DUE


async def test_m21_the_list_is_the_campaign_in_our_own_namespace(desk: Desk) -> None:
    _, _, message = await written(desk)
    assert message["List-Id"] == "<monthly-value.seller.example>"
    assert message.get_all("Feedback-ID") == [message["Feedback-ID"]]
    assert message["Feedback-ID"].startswith(f"monthly-value:downtime:m{desk.mailbox_id}:drip")


async def test_m29_return_path_and_message_id_name_the_letter_and_a_retry_has_the_same(desk: Desk) -> None:
    await change(desk.store, tables.mailboxes, desk.mailbox_id, bounces_to="bounce.seller.example")
    office, letter, message = await written(desk)
    secret = office.sending.secret
    assert letter.envelope_from.endswith("@bounce.seller.example")
    assert bounced_send(secret, letter.envelope_from) == office.send_id == send_of(secret, message["Message-ID"])
    await change(desk.store, tables.sends, office.send_id, state="due", lease_token=None, lease_until=None)
    [again] = (await office.take()).ready
    assert again.letter == letter
