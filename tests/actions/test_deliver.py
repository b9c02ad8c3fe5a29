"""Delivering a mailbox's letters; a mailbox whose account cannot be used is paused with the reason."""

import asyncio
from dataclasses import replace

from drip.actions.deliver import Delivered, deliver
from drip.actions.sending import Sending, WayOut
from drip.config import SettingsError
from drip.domain.send import State
from drip.store import mailboxes
from drip.store.mailboxes import Mailbox
from tests.actions.desk import ANN, Desk
from tests.actions.test_sending_chores import TUESDAY, Office

WHY = "A mailbox's password was kept under another secret."


def locked_out(sending: Sending) -> Sending:
    """No mailbox's password can be read."""

    def refuse(_mailbox: Mailbox | None) -> WayOut:
        raise SettingsError(WHY)

    return replace(sending, way_out=refuse)


async def test_a_mailbox_whose_password_cannot_be_read_is_paused_and_keeps_its_letters(desk: Desk):
    one = await desk.enroll(ANN)
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    broken = locked_out(office.sending)
    assert await deliver(broken, desk.mailbox_id, asyncio.Event()) == Delivered(paused=WHY)
    assert (await office.state(), (await desk.send(office.send_id)).attempts) == (State.DUE, 0)
    async with desk.store.reading() as unit:
        box = await mailboxes.get(unit, desk.mailbox_id)
    assert box is not None
    assert (box.state, box.paused_reason) == ("paused", WHY)
    assert await deliver(broken, desk.mailbox_id, asyncio.Event()) == Delivered()


async def test_a_mailbox_that_was_resumed_delivers_what_waited(desk: Desk):
    one = await desk.enroll(ANN)
    office = Office(desk, one, await desk.due(one, at=TUESDAY))
    await deliver(locked_out(office.sending), desk.mailbox_id, asyncio.Event())
    async with desk.store.begin() as unit:
        await mailboxes.resume(unit, desk.mailbox_id, TUESDAY)
    assert (await deliver(office.sending, desk.mailbox_id, asyncio.Event())).settled == 1
    assert await office.state() is State.ACCEPTED
