"""An inbox is read by its server's own means: unread mail stays unread, and what goes wrong is told in words."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
import pytest_asyncio

from drip.actions.read_mailboxes import MailboxSource
from drip.domain.security import Security
from drip.imap.account import ImapAccount, ImapError, Where
from drip.inbound.imap import open_inbox
from tests.servers.certificate import Certificate
from tests.servers.dovecot import PASSWORD, dovecot
from tests.servers.imap import ImapPeer
from tests.wire.bringing import Keeper, running
from tests.wire.bringing_imap import HANDLED, SOON, Postbox, new_store

StartPeer = Callable[..., ImapPeer]
ONE, TWO, THREE = (b"From: ann@acme.example\r\nMessage-ID: <%d@acme.example>\r\n\r\nHi.\r\n" % n for n in (1, 2, 3))


def account(peer: ImapPeer, folder: str | None = None) -> ImapAccount:
    return ImapAccount(peer.host, peer.port, Security.NONE, "kim", "s3cret word", folder)


def test_what_cannot_be_read_is_told_with_how_far_we_came(start_imap_peer: StartPeer) -> None:
    peer = start_imap_peer()
    cases = [
        (replace(account(peer), password="another"), None, Where.LOGIN, "did not let kim in"),
        (account(peer, "Nowhere"), None, Where.FOLDER, 'no folder "Nowhere"'),
    ]
    for there, handled, where, words in cases:
        with pytest.raises(ImapError, match=words) as told:
            open_inbox(there, handled, 9.0)
        assert told.value.where is where


def test_an_inbox_is_read_over_tls_with_a_name_that_is_not_ascii(
    start_imap_peer: StartPeer, certificate: Certificate
) -> None:
    peer = start_imap_peer(certificate=certificate)
    there = replace(account(peer), security=Security.TLS)
    inbox = open_inbox(there, "Erledigt & Größeres", 9.0, certificate.client_context())
    assert inbox.after(0) == []
    inbox.close()
    again = open_inbox(replace(there, folder="Erledigt & Größeres"), None, 9.0, certificate.client_context())
    assert (again.after(0), again.next_uid) == ([], 101)
    again.close()


@pytest.mark.parametrize("security", [Security.NONE, Security.TLS])
def test_who_waits_for_mail_is_woken_when_the_connection_is_cut(
    start_imap_peer: StartPeer, certificate: Certificate, security: Security
) -> None:
    peer = start_imap_peer(certificate=certificate if security is Security.TLS else None)
    inbox = open_inbox(replace(account(peer), security=security), None, 9.0, certificate.client_context())
    told: list[ImapError] = []

    def wait() -> None:
        try:
            inbox.wait(600.0)
        except ImapError as error:
            told.append(error)

    thread = Thread(target=wait)
    thread.start()
    inbox.drop()
    thread.join(30)
    assert "broke while we waited for mail" in str(told[0])
    assert inbox._client.sock.fileno() == -1, "it is closed, although nobody collects cycles for a while"


@pytest_asyncio.fixture
async def kim() -> AsyncIterator[Callable[[str | None], Postbox]]:
    """Kim's inbox at Dovecot."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with dovecot(folder, "Sent") as port:
            store = await new_store(folder)
            there = ImapAccount("127.0.0.1", port, Security.NONE, "kim", PASSWORD)
            yield lambda handled: Postbox(there, store, handled, mail=folder / "mail")
            await store.close()


@pytest.mark.long
@pytest.mark.parametrize("handled", [None, HANDLED])
async def test_dovecot_tells_of_new_mail_at_once(kim: Callable[[str | None], Postbox], handled: str | None) -> None:
    box, keeper, looked = kim(handled), Keeper(), asyncio.Event()
    await box.want()
    source = MailboxSource(replace(box.reading(), poll=600.0, looked=looked.set), SOON)
    async with running(source, handle=keeper), asyncio.timeout(60):
        for number, mail in enumerate((ONE, TWO, THREE), 1):
            await looked.wait()
            looked.clear()
            await box.bring(mail)
            await keeper.until(kept=number)
            await looked.wait()
    assert (keeper.kept, await box.waiting()) == ([ONE, TWO, THREE], 0)


@pytest.mark.long
async def test_a_new_uidvalidity_of_dovecot_loses_nothing(kim: Callable[[str | None], Postbox]) -> None:
    box, keeper = kim(None), Keeper()
    await box.want()
    await box.bring(ONE, TWO)
    async with running(box.source(), handle=keeper):
        await keeper.until(kept=2)
    before = await box.kept()
    for file in box.mail.glob("dovecot[.-]*"):
        if not file.name.startswith("dovecot-uidvalidity"):
            file.unlink()  # as a mailbox that was restored from what was saved has none
    await box.bring(THREE)
    async with running(box.source(), handle=keeper):
        await keeper.until(kept=5)
    after = await box.kept()
    assert before.validity != after.validity
    assert sorted(keeper.kept[2:]) == [ONE, TWO, THREE], "handle knows which it has seen"
    assert await box.waiting() == 0
