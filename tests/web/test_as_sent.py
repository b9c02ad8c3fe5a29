"""The letter in a browser is the letter in the inbox."""

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes, policy

from drip.actions.deliver import deliver
from drip.actions.plan import plan_due
from drip.actions.sending import Sending, WayOut
from drip.clock import MachineClock, chance, make_token
from drip.domain.security import Security
from drip.domain.token import Link, read_link
from drip.outbound.shelf import MemoryShelf
from drip.outbound.transport import Account
from drip.store import mailboxes
from tests.web.scene import PUBLIC, SECRET, Scene, asking

# the anchor of Tuesday 6 January and a month: Friday 6 February, here 16:50 in New York
SECOND = datetime(2026, 2, 6, 21, 50, tzinfo=UTC)


async def test_m15_every_link_of_a_sent_letter_opens_and_view_shows_it_as_it_was_sent(scene: Scene) -> None:
    shelf = MemoryShelf()
    scene.clock.jump(SECOND)
    sending = Sending(
        store=scene.store,
        way_out=lambda _mailbox: WayOut(shelf, Account("shelf", 1, Security.NONE)),
        now=scene.clock.now,
        machine=MachineClock().now,
        token=make_token,
        chance=chance,
        secret=SECRET,
        public_url=PUBLIC,
    )
    await plan_due(scene.store, SECOND, 10)
    async with scene.store.reading() as unit:
        [mailbox] = await mailboxes.listing(unit)
    await deliver(sending, mailbox.id, asyncio.Event())
    [letter] = shelf.letters
    mail = message_from_bytes(letter.data, policy=policy.default)
    body = mail.get_body(("html",))
    assert body is not None
    sent: str = body.get_content()
    one_click = mail["List-Unsubscribe"].strip(" <>")
    async with asking(scene) as client:
        asked = await client.get(one_click)
        token = read_link(SECRET, one_click.rpartition("/")[2])
        second = Scene(scene.store, scene.clock, scene.app, scene.prospect_id, token.enrollment, token.send, token.step)
        shown = await client.get(second.path(Link.VIEW))
    assert asked.status_code == 200 and "Stop these emails?" in asked.text
    assert shown.text.split() == sent.split()
