"""Read all mailboxes whose folders are to be read, as one source of mail, however many processes do so."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from drip.actions.read_mailbox import read_mailbox
from drip.actions.reading.reader import Reading
from drip.inbound.source import Handle
from drip.store import leases, read_folders
from drip.store.failures import StoreError

log = structlog.get_logger()
LOOK = 5.0  # seconds between two looks for mailboxes nobody reads
MOST = 200  # mailboxes that one process reads at once; each has a connection and a thread


@dataclass(slots=True)
class MailboxSource:
    """The folders of mailboxes at their IMAP servers, as the database names them. Each is read by one process at a
    time; when that dies another takes it over. Mailboxes come and go while this runs."""

    reading: Reading
    look_every: float = LOOK
    most: int = MOST
    _readers: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _is_full: bool = False

    @property
    def name(self) -> str:
        """As it stands in log lines."""
        return "imap"

    async def run(self, handle: Handle, stop: asyncio.Event) -> None:
        """Read what nobody reads, until `stop` is set and every reader has ended."""
        try:
            while not stop.is_set():
                unread = [one for one in await self._unread() if one not in self._readers]
                room = self.most - len(self._readers)
                for mailbox_id in unread[:room]:
                    self._readers[mailbox_id] = asyncio.create_task(self._read(mailbox_id, handle, stop))
                self._tell(len(unread) - room)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self.look_every)
            await asyncio.gather(*self._readers.values())
        finally:
            for one in self._readers.values():
                one.cancel()
            await asyncio.gather(*self._readers.values(), return_exceptions=True)

    def _tell(self, too_many: int) -> None:
        """Whether more mailboxes wait than this process may read: others have to, and nobody else would say so."""
        if too_many > 0 and not self._is_full:
            log.warning("reading.full", most=self.most, unread=too_many)
        self._is_full = too_many > 0

    async def _unread(self) -> list[int]:
        """Mailboxes that could be read. While the database is away, none; whoever writes to it says so."""
        try:
            async with self.reading.store.glance() as unit:
                machine = await leases.machine_time(unit, self.reading.machine())
                return await read_folders.ready(unit, machine)
        except StoreError:
            return []

    async def _read(self, mailbox_id: int, handle: Handle, stop: asyncio.Event) -> None:
        try:
            await read_mailbox(self.reading, mailbox_id, handle, stop)
        except StoreError:
            pass  # the next look comes to it again
        except Exception:
            log.exception("reading.failed", mailbox=mailbox_id)
        finally:
            self._readers.pop(mailbox_id, None)
