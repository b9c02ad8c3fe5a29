"""Copies of accepted letters in Kim's folder of sent mail: what waits is a row, and nothing is copied twice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from drip.actions.change_sent_copy import change_sent_copy
from drip.actions.copy_sent import Copied, copy_sent
from drip.actions.sending import Sending
from drip.domain.outcome import Kind, Outcome, Phase
from drip.domain.security import Security
from drip.imap.account import ImapAccount
from drip.store import leases, mailboxes, sent_copies, tables
from drip.store.sent_copies import SentFolder, SentPlace
from tests.actions.desk import ANN, DAY, Desk
from tests.actions.test_sending_chores import ACCEPTED, TUESDAY, Office
from tests.servers.imap import ImapPeer, Odd

HOUR = timedelta(hours=1)
StartPeer = Callable[..., ImapPeer]


class Copying:
    """Kim's office with a folder of sent mail at an IMAP server."""

    def __init__(self, office: Office, peer: ImapPeer) -> None:
        self.office, self.peer, self.password = office, peer, "s3cret word"

    @property
    def sending(self) -> Sending:
        """As of now."""

        def account(folder: SentFolder, _box: object) -> ImapAccount:
            return ImapAccount(self.peer.host, self.peer.port, Security.NONE, "kim", self.password, folder.folder)

        return replace(self.office.sending, sent_account=account)

    @property
    def mailbox_id(self) -> int:
        return self.office.desk.mailbox_id

    async def begin(self) -> None:
        """Say that letters are to be copied from now on."""
        place = SentPlace(self.peer.host, self.peer.port, "none")
        assert await change_sent_copy(self.office.desk.store, "kim", place, self.office.now)

    async def send(self, outcome: Outcome = ACCEPTED) -> bytes:
        """Ann's letter goes out, and ends like this; its bytes."""
        batch = await self.office.hand_over()
        assert await self.office.land(batch, outcome)
        return batch.ready[0].letter.data

    async def copy(self) -> Copied:
        """One round."""
        return await copy_sent(self.sending)

    async def change(self, **values: object) -> None:
        """Change what is kept of the folder, behind everybody's back."""
        async with self.office.desk.store.begin() as unit:
            await unit.run(update(tables.sent_folders).values(values))

    async def counted(self) -> dict[str, int]:
        async with self.office.desk.store.reading() as unit:
            return await sent_copies.counted(unit, self.mailbox_id)

    async def folder(self) -> SentFolder:
        async with self.office.desk.store.reading() as unit:
            found = await sent_copies.of(unit, self.mailbox_id)
        assert found is not None
        return found


@pytest.fixture
async def kim(desk: Desk, start_imap_peer: StartPeer) -> Copying:
    """Ann's letter is due; copies are wanted."""
    enrollment_id = await desk.enroll(ANN)
    office = Office(desk, enrollment_id, await desk.due(enrollment_id, at=TUESDAY))
    copying = Copying(office, start_imap_peer())
    await copying.begin()
    return copying


async def test_a_letter_is_copied_as_it_was_sent_once_it_was_accepted(kim: Copying) -> None:
    assert await kim.copy() == Copied()
    assert kim.peer.logins == 0, "there was nothing to copy"
    data = await kim.send()
    assert (await kim.copy()).copied == {kim.mailbox_id: 1}
    assert [(one.data, one.flags, one.at) for one in kim.peer.appended] == [(data, {"\\Seen"}, TUESDAY)]
    assert await kim.counted() == {"copied": 1}
    assert await kim.copy() == Copied()
    assert kim.peer.logins == 1


async def test_only_what_was_accepted_since_copies_are_wanted_is_copied(kim: Copying) -> None:
    assert await change_sent_copy(kim.office.desk.store, "kim", None, TUESDAY)
    assert not await change_sent_copy(kim.office.desk.store, "kim", None, TUESDAY)
    await kim.send()
    kim.office.now += HOUR
    await kim.begin()
    assert await kim.copy() == Copied()
    assert await kim.counted() == {}


async def test_a_letter_that_no_server_took_is_not_copied(kim: Copying) -> None:
    await kim.send(Outcome(Kind.UNCERTAIN, Phase.BODY, text="lost"))
    assert await kim.copy() == Copied()


async def test_trouble_is_kept_with_the_mailbox_told_once_and_tried_again_later(kim: Copying) -> None:
    await kim.send()
    kim.password = "another"
    told = await kim.copy()
    assert "did not let kim in" in told.troubled[kim.mailbox_id]
    folder = await kim.folder()
    assert (folder.failures, folder.retry_at is not None) == (1, True)
    assert await kim.copy() == Copied(), "it is too early to try again"
    await kim.change(retry_at=None)
    assert (await kim.copy()).troubled == {}
    await kim.change(retry_at=None)
    kim.password = "s3cret word"
    assert (await kim.copy()).copied == {kim.mailbox_id: 1}
    folder = await kim.folder()
    assert (folder.failures, folder.trouble, folder.retry_at) == (0, None, None)


async def test_while_one_is_copying_no_other_does_and_after_its_end_nothing_is_copied_twice(kim: Copying) -> None:
    await kim.send()
    kim.peer.hook = lambda _letter: Odd.KEEP_AND_CUT
    store, both = kim.office.desk.store, {"lease_token": "dead", "retry_at": None}
    await kim.copy()
    async with store.begin() as unit:
        machine = await leases.machine_time(unit, kim.office.machine)
    await kim.change(lease_until=machine + HOUR, **both)
    assert await kim.copy() == Copied()
    await kim.change(lease_until=machine - HOUR, **both)
    kim.peer.hook = None
    assert (await kim.copy()).copied == {kim.mailbox_id: 1}
    assert len(kim.peer.appended) == 1


async def test_two_rounds_at_once_copy_a_letter_once(kim: Copying) -> None:
    await kim.send()
    await asyncio.gather(*(kim.copy() for _ in range(3)))
    assert (len(kim.peer.appended), await kim.counted()) == (1, {"copied": 1})


async def test_a_letter_that_is_refused_three_times_is_given_up_with_its_reason(kim: Copying) -> None:
    await kim.send()
    kim.peer.hook = lambda _letter: "over quota"
    for number in (1, 2, 3):
        done = await kim.copy()
        assert done.given_up == ({kim.mailbox_id: 1} if number == 3 else {})
        await kim.change(retry_at=None)
    assert await kim.counted() == {"given_up": 1}
    assert await kim.copy() == Copied()


async def test_after_five_days_of_trouble_a_letter_is_given_up_and_a_new_place_tries_it_again(kim: Copying) -> None:
    await kim.send()
    kim.password = "another"
    await kim.copy()
    await kim.change(retry_at=None)
    kim.office.now += 6 * DAY
    assert (await kim.copy()).given_up == {kim.mailbox_id: 1}
    assert await kim.counted() == {"given_up": 1}
    await kim.begin()
    kim.password = "s3cret word"
    assert (await kim.copy()).copied == {kim.mailbox_id: 1}


async def test_a_letter_accepted_while_nobody_looked_is_copied_later(kim: Copying) -> None:
    await kim.copy()
    kim.office.now += HOUR
    assert (await kim.folder()).looked_at == TUESDAY
    await kim.send()
    assert (await kim.copy()).copied == {kim.mailbox_id: 1}


async def test_a_mailbox_that_was_never_looked_at_comes_before_those_that_were(kim: Copying) -> None:
    desk = kim.office.desk
    await kim.copy()
    async with desk.store.begin() as unit:
        new = mailboxes.NewMailbox("kim-2", "kim.2@seller.example", "127.0.0.1", 2525, "none", desk.rep_id)
        second = await mailboxes.add(unit, new, TUESDAY)
        await sent_copies.put(unit, second, SentPlace("127.0.0.1", kim.peer.port, "none"), TUESDAY)
        machine = await leases.machine_time(unit, kim.office.machine)
        assert [one.mailbox_id for one in await sent_copies.ready(unit, machine)] == [second, kim.mailbox_id]
