"""Who brings mail to a mailbox that is read by IMAP, for the tests of every source."""

import asyncio
import imaplib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from drip.actions.read_mailboxes import MailboxSource
from drip.actions.reading.reader import Reading
from drip.clock import MachineClock, make_token
from drip.domain.security import Security
from drip.imap.account import ImapAccount
from drip.inbound.imap import open_inbox
from drip.inbound.source import MailSource
from drip.store import mailboxes, read_folders
from drip.store.engine import Store, open_store
from drip.store.mailboxes import NewMailbox
from drip.store.read_folders import Mark, ReadFolder, ReadPlace
from tests.actions.desk import MONDAY
from tests.servers.imap import ImapPeer
from tests.store.migrated import migrate

LARGEST = 27_000_000  # octets
SOON = 0.05  # seconds between two looks
HANDLED = "Handled"
T = TypeVar("T")
_migrated: list[bytes] = []


@dataclass
class Postbox:
    """Kim's inbox at a server, which a database says is to be read; `handled` as it is kept there."""

    account: ImapAccount
    store: Store
    handled: str | None
    mailbox_id: int = 0
    brought: int = 0
    exact: bool = False  # a literal of IMAP holds no NUL, and imaplib writes CRLF
    peer: ImapPeer | None = None
    mail: Path = Path()  # where the server keeps it, if it keeps files

    async def want(self) -> None:
        """Say that it is to be read, as `drip mailbox set` does."""
        there = partial(open_inbox, self.account, self.handled, 30.0)
        inbox = await asyncio.to_thread(there)
        mark = None if self.handled else Mark(inbox.validity, inbox.next_uid - 1)
        await asyncio.to_thread(inbox.close)
        folder = self.account.folder or "INBOX"
        place = ReadPlace(self.account.host, self.account.port, "none", folder, handled=self.handled)
        async with self.store.begin() as unit:
            box = NewMailbox("kim", "kim@seller.example", "127.0.0.1", 25, "none")
            self.mailbox_id = await mailboxes.add(unit, box, MONDAY)
            await read_folders.put(unit, self.mailbox_id, place, mark, MachineClock().now())

    def reading(self) -> Reading:
        """What it is read with."""
        clock = MachineClock()
        return Reading(self.store, clock.now, make_token, lambda _place, _box: self.account, LARGEST, SOON)

    def source(self) -> MailSource:
        """A reader of the inbox."""
        return MailboxSource(self.reading(), SOON)

    async def bring(self, *mails: bytes) -> None:
        """Put mails into the inbox, unread."""
        await asyncio.to_thread(self._bring, mails)
        self.brought += len(mails)

    async def waiting(self) -> int:
        """How many are not behind the mark, or not moved yet."""
        there = await asyncio.to_thread(self.flags, "INBOX")
        assert not any("Seen" in flags for flags in there.values())
        if self.handled is None:
            assert len(there) == self.brought
            kept = await self.kept()
            return sum(uid > (kept.last_uid or 0) for uid in there)
        moved = await asyncio.to_thread(self.flags, self.handled)
        assert len(there) + len(moved) == self.brought
        return len(there)

    async def kept(self) -> ReadFolder:
        """What the database knows of it."""
        async with self.store.reading() as unit:
            found = await read_folders.of(unit, self.mailbox_id)
        assert found is not None
        return found

    async def close(self) -> None:
        """End it."""
        await self.store.close()
        if self.peer is not None:
            self.peer.stop()

    def flags(self, folder: str) -> dict[int, str]:
        """The mails of a folder: their UIDs, and how each is marked."""

        def look(client: imaplib.IMAP4) -> dict[int, str]:
            client.select(folder, readonly=True)
            _, lines = client.uid("FETCH", "1:*", "(UID FLAGS)")
            words = [line.decode() for line in lines if isinstance(line, bytes)]
            return {int(one.partition("UID ")[2].split()[0].rstrip(")")): one for one in words}

        return self.with_client(look)

    def with_client(self, work: Callable[[imaplib.IMAP4], T]) -> T:
        """Do something in Kim's account, as another program of hers."""
        client = imaplib.IMAP4(self.account.host, self.account.port)
        client.login(self.account.login, self.account.password)
        try:
            return work(client)
        finally:
            client.logout()

    def _bring(self, mails: tuple[bytes, ...]) -> None:
        def put(client: imaplib.IMAP4) -> None:
            for mail in mails:
                status, said = client.append("INBOX", None, None, mail)
                assert status == "OK", said

        self.with_client(put)


async def postbox(folder: Path, handled: str | None, store: Store | None = None, **options: Any) -> Postbox:
    """Kim's inbox at a server of its own; `options` are the server's."""
    peer = ImapPeer({"kim": "s3cret word"}, **options)
    account = ImapAccount(peer.host, peer.port, Security.NONE, "kim", "s3cret word")
    made = Postbox(account, store or await new_store(folder), handled, peer=peer)
    await made.want()
    return made


async def new_store(folder: Path) -> Store:
    """An empty database at the newest schema, in this folder."""
    if not _migrated:
        with TemporaryDirectory() as name:
            await migrate(f"sqlite+aiosqlite:///{name}/drip.db")
            _migrated.append((Path(name) / "drip.db").read_bytes())
    (folder / "reading.db").write_bytes(_migrated[0])
    return open_store(f"sqlite+aiosqlite:///{folder}/reading.db")
