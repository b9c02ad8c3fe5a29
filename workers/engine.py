"""The engine: what actors and the scheduler of one process share, and the work they do with it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from drip.actions.brake import Braked, brake
from drip.actions.copy_sent import Copied, copy_sent
from drip.actions.deliver import Delivered, deliver, nobody
from drip.actions.deliver_notices import Noticed, deliver_notices
from drip.actions.explain_waiting import explain_waiting
from drip.actions.give_up import give_up
from drip.actions.look import look
from drip.actions.plan import Planned, plan_due
from drip.actions.plan_notices import plan_notices
from drip.actions.rescue import rescue
from drip.actions.rescue_notices import rescue_notices
from drip.actions.send_again import send_again
from drip.actions.sending import Sending
from drip.actions.tell_times import finish_telling
from drip.store import leases
from drip.store.engine import Unit
from drip.store.failures import StoreUnreachableError
from drip.store.sends import Outlook
from workers.reach import Reach

log = structlog.get_logger()
PLAN_FIRST = 64  # enrollments; where that many are due, more are
PLAN_BATCH = 250
PLAN_AT_ONCE = 3  # batches
ASK_EVERY = timedelta(seconds=30)  # for the time, of the database
CHORES: dict[str, Callable[[Sending], Awaitable[object]]] = {
    "rescue": rescue,
    "give_up": give_up,
    "send_again": send_again,
    "explain_waiting": explain_waiting,
    "brake": brake,
    "rescue_notices": rescue_notices,
    "finish_telling": finish_telling,
    "copy_sent": copy_sent,
}
NOTICES = "notices"  # among what this process is busy with


async def _as_it_is() -> None:
    """A clock that nobody else moves needs no look."""


class Engine:
    """Plans, delivers and does chores. An error of one piece of work is logged and concerns no other."""

    def __init__(
        self,
        sending: Sending,
        catch_up: Callable[[], Awaitable[None]] = _as_it_is,
        call: Callable[[int | None], None] = nobody,
    ) -> None:
        """`catch_up` is awaited before each piece of work, where other processes may move the clock. `call` is done
        with a mailbox that has more letters due than this process began with: another one may help."""
        self.sending = sending
        self.stopping = asyncio.Event()
        self.at_rest = asyncio.Event()  # set while no mailbox is sent from
        self.at_rest.set()
        self.database = Reach("database")
        self._catch_up, self._call = catch_up, call
        self._busy: set[int | str | None] = set()
        self._chores: set[str] = set()  # under way in this process
        self._notices_at: datetime | None = None  # when one is due by the calendar, as the last look saw it
        self._asked_at: datetime | None = None
        self._ahead = timedelta()  # the database's clock before ours

    async def plan(self, since: datetime | None = None) -> Planned:
        """Plan everything that is due; `since`: nothing was due before that moment (see horizon).

        Where that is more than a few, several batches are under way at once: one is decided, others are written.
        """
        await self._catch_up()
        await self._plan_notices()
        first = await self._plan_some(since, PLAN_FIRST)
        if first.looked_at < PLAN_FIRST:
            return first
        rest = await asyncio.gather(*(self._plan_on(first.newest) for _ in range(PLAN_AT_ONCE)))
        return _together(first, *rest)

    async def _plan_notices(self) -> None:
        """What is due by reps' calendars; what goes wrong is logged, and stops no letter."""
        if self._notices_at is None or self._notices_at > self.sending.now():
            return
        self._notices_at = None
        try:
            await plan_notices(self.sending)
        except StoreUnreachableError:
            raise
        except Exception:
            log.exception("notices.unplanned")

    async def _plan_on(self, since: datetime | None) -> Planned:
        """Batch after batch, until somebody else has what is left."""
        total = Planned()
        while not self.stopping.is_set():
            done = await self._plan_some(since, PLAN_BATCH)
            total, since = _together(total, done), done.newest
            if done.looked_at < PLAN_BATCH:
                break
        return total

    async def _plan_some(self, since: datetime | None, most: int) -> Planned:
        done = await plan_due(self.sending.store, self.sending.now(), most, since)
        for enrollment_id in done.stuck:
            log.error("plan.stuck", enrollment=enrollment_id, exc_info=done.failed.get(enrollment_id))
        return done

    async def outlook(self, since: datetime | None = None) -> Outlook:
        """What there is to do; enrollments to look at before `since` are not seen."""
        await self._catch_up()
        async with self.sending.store.peek() as unit:
            machine = await self._machine_time(unit)
            view, self._notices_at = await look(unit, self.sending, machine, since)
        return view

    async def _machine_time(self, unit: Unit) -> datetime:
        """Near enough to look by: the database's clock is asked now and then, and ours counts in between."""
        here = self.sending.machine()
        if self._asked_at is None or here >= self._asked_at + ASK_EVERY:
            self._ahead = await leases.machine_time(unit, here) - here
            self._asked_at = here
        return here + self._ahead

    def is_sending_from(self, mailbox_id: int | None) -> bool:
        """Whether this process is at this mailbox."""
        return mailbox_id in self._busy

    async def deliver(self, mailbox_id: int | None) -> Delivered:
        """Send what is due from a mailbox; nothing while this process is at it already. What goes wrong is
        logged, and tried again later."""
        if mailbox_id in self._busy:
            return Delivered()
        with self._at_work(mailbox_id):
            return await self._deliver(mailbox_id)

    async def deliver_notices(self) -> Noticed:
        """Send what is due to our own people; nothing while this process is at it already. What goes wrong is
        logged, and tried again later."""
        if NOTICES in self._busy or self.stopping.is_set():
            return Noticed()
        with self._at_work(NOTICES):
            try:
                await self._catch_up()
                done = await deliver_notices(self.sending, self.stopping)
            except StoreUnreachableError as error:
                self.database.lost(error)
                return Noticed()
            except Exception:
                log.exception("notices.failed")
                return Noticed()
            for wrong in done.errors:
                log.error("notices.error", exc_info=wrong)
            return done

    @contextmanager
    def _at_work(self, what: int | str | None) -> Iterator[None]:
        self._busy.add(what)
        self.at_rest.clear()
        try:
            yield
        finally:
            self._busy.discard(what)
            if not self._busy:
                self.at_rest.set()

    async def do_chore(self, name: str) -> None:
        """One of CHORES; nothing while this process is at it already, or rings for one that takes long would pile
        up and leave no thread to send from. What goes wrong is logged, and tried again later."""
        if name in self._chores:
            return
        self._chores.add(name)
        try:
            await self._catch_up()
            _tell(await CHORES[name](self.sending))
        except StoreUnreachableError as error:
            self.database.lost(error)
        except Exception:
            log.exception("chore.failed", chore=name)
        finally:
            self._chores.discard(name)

    async def _deliver(self, mailbox_id: int | None) -> Delivered:
        try:
            await self._catch_up()
            done = await deliver(self.sending, mailbox_id, self.stopping, self._call)
        except StoreUnreachableError as error:
            self.database.lost(error)
            return Delivered()
        except Exception:
            log.exception("deliver.failed", mailbox=mailbox_id)
            return Delivered()
        for wrong in done.errors:
            if isinstance(wrong, StoreUnreachableError):
                self.database.lost(wrong)
            else:
                log.error("deliver.error", mailbox=mailbox_id, exc_info=wrong)
        if done.paused is not None:
            log.error("mailbox.paused", mailbox=mailbox_id, why=done.paused)
        return done


def _tell(done: object) -> None:
    """What a brake did, and copies that failed, are said aloud: nobody else would notice before they are missed."""
    if isinstance(done, Braked):
        for mailbox_id, why in done.paused.items():
            log.error("mailbox.paused", mailbox=mailbox_id, why=why)
        for mailbox_id, why in done.warned.items():
            log.warning("mailbox.warned", mailbox=mailbox_id, why=why)
    if isinstance(done, Copied):
        for mailbox_id, why in done.troubled.items():
            log.warning("copies.troubled", mailbox=mailbox_id, why=why)
        for mailbox_id, letters in done.given_up.items():
            log.error("copies.given_up", mailbox=mailbox_id, letters=letters)


def _together(*parts: Planned) -> Planned:
    return Planned(
        sum(one.looked_at for one in parts),
        sum(one.made for one in parts),
        frozenset[int | None]().union(*(one.mailboxes for one in parts)),
    )
