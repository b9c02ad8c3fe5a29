"""One reading of a folder: what comes in is handled, each mail at least once, until it ends or there is trouble."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog

from drip.actions.reading.put_off import PutOff
from drip.domain.errors import DripError
from drip.imap.account import ImapAccount, ImapError, RefusedError, Where
from drip.imap.apart import apart
from drip.inbound.source import Handle, Incoming
from drip.store import leases, read_folders
from drip.store.engine import Store, Unit
from drip.store.failures import StoreError
from drip.store.mailboxes import Mailbox
from drip.store.read_folders import Mark, ReadFolder, ReadPlace

if TYPE_CHECKING:
    from drip.inbound.imap import Found, Inbox

log = structlog.get_logger()
T = TypeVar("T")
BATCH = 100  # mails whose sizes are asked for at once
RENEW = timedelta(seconds=15)  # a lease, machine time
LOOKS_BACK = timedelta(days=2)  # before the last look, in a folder whose UIDs say nothing any more
GRACE = 1.0  # seconds for the move of a mail that was handled when we are to stop
PATIENCE = 30.0  # seconds for each answer of the server
POLL = 60.0  # seconds between two looks, also where the server tells of new mail (IDLE; RFC 2177 allows 29 minutes)
RETRY_FIRST, RETRY_MOST, RETRY_REFUSED = timedelta(seconds=5), timedelta(minutes=10), timedelta(hours=1)
_AGAIN_AFTER = (1.0, 2.0, 5.0, 15.0, 30.0)  # seconds until a mail is offered again while the database is away


@dataclass(frozen=True, slots=True)
class Reading:
    """What mailboxes are read with. `machine` is the clock of a single process, `token` makes lease tokens, `account`
    finds how to log in, or raises DripError. Of a mail of more than `largest` octets only so many are loaded.
    `looked` is called whenever all there was has been handled, and that is written down. `put_off` are the mails that
    could not be taken in."""

    store: Store
    machine: Callable[[], datetime]
    token: Callable[[], str]
    account: Callable[[ReadPlace, Mailbox], ImapAccount]
    largest: int
    poll: float = POLL
    renew: timedelta = RENEW
    looked: Callable[[], object] = lambda: None
    put_off: PutOff = field(default_factory=PutOff)


@dataclass(frozen=True, slots=True)
class Leased:
    """A folder that is ours to read, for now."""

    folder: ReadFolder
    box: Mailbox
    token: str


class _EndedError(Exception):
    """There is to be no more reading: we are to stop, or the lease was taken away."""


@dataclass(slots=True)
class Reader:
    """One reading of a folder, from the log-in to the end of the connection."""

    reading: Reading
    leased: Leased
    handle: Handle
    ended: asyncio.Event
    at: Mark | None = None  # where mail stays: what was looked at,
    marked: Mark | None = None  # and what of it needs no other look
    failed: set[int] = field(default_factory=set)  # UIDs of mails that could not be handled, and are offered again
    unmoved: ImapError | None = None  # why a mail that was handled still stands there
    has_looked: bool = False

    async def run(self) -> None:
        """Read; trouble is kept with the mailbox."""
        from drip.inbound.imap import open_inbox  # late: few services read

        inbox = None
        try:
            account = self.reading.account(self.leased.folder, self.leased.box)
            inbox = await self._apart(partial(open_inbox, account, self.leased.folder.handled, PATIENCE))
            await self._read(inbox)
        except _EndedError:
            pass
        except ImapError as error:
            await self._troubled(error)
        except StoreError:
            pass  # the lease runs out, and somebody reads on from the mark
        except DripError as error:
            await self._troubled(ImapError(Where.LOGIN, str(error)))
        finally:
            if inbox is not None:
                inbox.drop()

    async def _read(self, inbox: "Inbox") -> None:
        self.at = await self._begin(inbox)
        while True:
            await self._look(inbox)
            await self._looked(inbox)
            await self._apart(partial(inbox.wait, self.reading.poll))

    async def _begin(self, inbox: "Inbox") -> Mark | None:
        """Where to begin: where we were; in a folder that was made anew, at what is recent; else at what comes from
        now on. None where handled mail is moved away: at all there is."""
        folder = self.leased.folder
        if folder.handled is not None or (folder.mark is not None and folder.mark.validity == inbox.validity):
            return None if folder.handled is not None else folder.mark
        first: int | None = inbox.next_uid
        if folder.mark is not None:
            day = (folder.read_at or folder.since or self.reading.machine()) - LOOKS_BACK
            first = await self._apart(partial(inbox.first_since, day.date()))
            log.warning("reading.anew", mailbox=folder.mailbox_id)
        mark = Mark(inbox.validity, (first or inbox.next_uid) - 1)
        await self._advance(mark)
        return mark

    async def _look(self, inbox: "Inbox") -> None:
        """Handle what is new, the oldest first, and what failed before."""
        uids = await self._apart(partial(inbox.after, self.at.last_uid if self.at else 0))
        for some in _in_batches(sorted(self.failed | set(uids))):
            there = await self._apart(partial(inbox.sizes, some))
            for gone in set(some) - {mail.uid for mail in there}:
                self._settled(inbox, gone)
            for mail in there:
                await self._take(inbox, mail)
            await self._passed(some[-1])
        if self.unmoved is not None:
            raise self.unmoved

    async def _take(self, inbox: "Inbox", mail: "Found") -> None:
        if not self.reading.put_off.is_due(self._named(inbox, mail.uid), asyncio.get_running_loop().time()):
            self.failed.add(mail.uid)
            return
        try:
            raw = await self._apart(partial(inbox.load, mail, self.reading.largest))
        except RefusedError as error:  # as of a mail that is broken there
            self._fail(inbox, mail, str(error))
            return
        if raw is not None and not await self._handled(Incoming(raw, private=self.at is not None)):
            self._fail(inbox, mail, "")
            return
        self._settled(inbox, mail.uid)
        if raw is not None and self.at is None:
            await self._put_away(inbox, mail.uid)
        await self._passed(mail.uid)

    def _fail(self, inbox: "Inbox", mail: "Found", why: str) -> None:
        """It is asked for again; `why` of what the server said: else the log has it already."""
        self.failed.add(mail.uid)
        name, now = self._named(inbox, mail.uid), asyncio.get_running_loop().time()
        is_new = self.reading.put_off.add(name, why, now, mail.came)
        if is_new and why:
            log.warning("mail.unread", mailbox=self.leased.box.id, uid=mail.uid, why=why)

    def _settled(self, inbox: "Inbox", uid: int) -> None:
        self.failed.discard(uid)
        self.reading.put_off.discard(self._named(inbox, uid))

    def _named(self, inbox: "Inbox", uid: int) -> tuple[int, int, int]:
        return self.leased.box.id, inbox.validity, uid

    async def _put_away(self, inbox: "Inbox", uid: int) -> None:
        try:
            await self._apart(partial(inbox.put_away, uid), GRACE)
        except RefusedError as error:  # the others are handled first
            self.unmoved = error

    async def _handled(self, incoming: Incoming) -> bool:
        """Whether it was kept. While the database is away nothing else is tried."""
        for seconds in _until_it_is_back():
            try:
                await self.handle(incoming)
            except StoreError:
                await self._pause(seconds)
            except Exception:  # noqa: BLE001 - whatever it is, and `handle` has told of it, the others go on
                return False
            else:
                return True
        raise AssertionError

    async def _passed(self, uid: int) -> None:
        """Set the mark behind a mail, or before the first one that failed."""
        if self.at is None:
            return
        self.at = Mark(self.at.validity, max(uid, self.at.last_uid))
        mark = Mark(self.at.validity, min([self.at.last_uid, *(one - 1 for one in self.failed)]))
        if mark != self.marked:
            await self._advance(mark)

    async def _advance(self, mark: Mark) -> None:
        self.marked = mark
        await self._written(lambda unit: read_folders.advance(unit, self.leased.box.id, self.leased.token, mark))

    async def _looked(self, inbox: "Inbox") -> None:
        trouble = self.reading.put_off.told(self.leased.box.id, inbox.validity, self.failed)

        async def write(unit: Unit) -> bool:
            machine = await leases.machine_time(unit, self.reading.machine())
            return await read_folders.looked(unit, self.leased.box.id, self.leased.token, machine, trouble)

        await self._written(write)
        if self.leased.folder.trouble and not trouble and not self.has_looked:
            log.warning("reading.well", mailbox=self.leased.box.id)
        self.has_looked = True
        self.reading.looked()

    async def _written(self, write: Callable[[Unit], Awaitable[bool]]) -> None:
        """Write under the lease, as soon as the database is there. Raises _EndedError when it was taken away."""
        for seconds in _until_it_is_back():
            try:
                if not await self.reading.store.unit(write):
                    raise _EndedError
            except StoreError:
                await self._pause(seconds)
            else:
                return

    async def _troubled(self, error: ImapError) -> None:
        """Keep what is wrong, and when it is tried again. A connection that was well until now is no trouble yet."""
        folder = self.leased.folder
        failures = 0 if self.has_looked else folder.failures
        wait = _wait(failures, error.where)
        words = None if self.has_looked else str(error)

        async def write(unit: Unit) -> bool:
            machine = await leases.machine_time(unit, self.reading.machine())
            return await read_folders.troubled(
                unit, folder.mailbox_id, self.leased.token, words, failures + 1, machine + wait
            )

        with suppress(StoreError):
            if await self.reading.store.unit(write) and words not in (None, folder.trouble):
                log.warning("reading.troubled", mailbox=folder.mailbox_id, where=str(error.where))  # words name people

    async def _pause(self, seconds: float) -> None:
        """Raises _EndedError when reading ends meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), seconds)
            raise _EndedError

    async def _apart(self, work: Callable[[], T], grace: float = 0.0) -> T:
        """Do blocking work. When reading ends meanwhile, it has so many seconds more, and is then left to itself.
        Raises _EndedError."""
        if self.ended.is_set() and not grace:
            raise _EndedError
        doing, ending = asyncio.ensure_future(apart(work)), asyncio.ensure_future(self.ended.wait())
        try:
            await asyncio.wait({doing, ending}, return_when=asyncio.FIRST_COMPLETED)
            if grace and not doing.done():
                await asyncio.wait({doing}, timeout=grace)
            if not doing.done():
                raise _EndedError
            return doing.result()
        finally:
            ending.cancel()
            doing.cancel()


def _in_batches(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), BATCH):
        yield uids[start : start + BATCH]


def _until_it_is_back() -> Iterator[float]:
    """Seconds to wait each time."""
    yield from _AGAIN_AFTER
    while True:
        yield _AGAIN_AFTER[-1]


def _wait(failures: int, where: Where) -> timedelta:
    """Longer each time; a login or a folder that is wrong is not mended by trying again soon."""
    if where in (Where.LOGIN, Where.FOLDER):
        return RETRY_REFUSED
    return min(RETRY_FIRST * 2.0 ** min(failures, 16), RETRY_MOST)
