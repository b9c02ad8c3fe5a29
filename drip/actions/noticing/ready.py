"""From leased notices to letters that are ready to go: written once, stamped, and addressed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drip.actions.noticing.write import write
from drip.actions.noticing.written import Addressed, Content, Nothing, letter_of, stamp_of
from drip.actions.sending import Sending
from drip.domain.errors import DripError
from drip.domain.notice import Kind
from drip.domain.zones import zone_named
from drip.outbound.letter import Letter
from drip.store import leases, mailboxes, notice_calendars, notice_leases, notices
from drip.store.engine import Unit
from drip.store.failures import StoreUnreachableError
from drip.store.notice_leases import Landed, Stamped
from drip.store.notices import Notice

LATER = timedelta(minutes=5)  # of machine time, for what a person has to put right first
NO_MAILBOX, SHELF = "no_mailbox", "the shelf"


@dataclass(slots=True)
class Post:
    """A round of delivering under one lease, and what came of it so far."""

    sending: Sending
    token: str
    errors: list[Exception]
    waiting: int = 0
    ended: int = 0

    async def end(self, notice: Notice, landed: Landed) -> None:
        """Write down that a leased notice ends here."""
        await self.sending.store.unit(lambda unit: notice_leases.land(unit, notice.id, self.token, landed))
        self.ended += 1

    async def release(self, notice: Notice, reason: str, wait: timedelta | None) -> None:
        """Give a leased notice back untried, for a reason that is shown; to be taken after `wait` (machine)."""

        async def work(unit: Unit) -> None:
            machine = await leases.machine_time(unit, self.sending.machine())
            retry_at = None if wait is None else machine + wait
            await notice_leases.release(unit, notice.id, self.token, reason, retry_at)

        await self.sending.store.unit(work)
        self.waiting += 1


@dataclass(frozen=True, slots=True)
class Ready:
    """A stamped notice and its finished letter."""

    notice: Notice
    letter: Letter


async def prepare(post: Post, batch: Sequence[Notice]) -> list[Ready]:
    """The letters of leased notices. What is late, has nothing to say, or can be no letter ends here;
    what goes wrong with one concerns no other."""
    found = []
    for lot in _lots(batch):
        try:
            ready = await _prepare(post, lot)
        except StoreUnreachableError:
            raise
        except DripError as error:  # the notice's own fault: an address, a letter
            await _fail(post, lot, str(error))
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must go
            post.errors.append(error)
            for one in lot:
                await post.release(one, "failed", LATER)
            continue
        found += [ready] if ready is not None else []
    return found


def _lots(batch: Sequence[Notice]) -> list[list[Notice]]:
    """Alerts of one rep that were never written go together; every other notice goes alone."""
    together: dict[tuple[str, int], list[Notice]] = defaultdict(list)
    for one in batch:
        alone = one.kind != Kind.ALERT or one.message_id is not None or one.letter is not None
        together["alone" if alone else "alerts", one.id if alone else one.rep_id].append(one)
    return list(together.values())


async def _prepare(post: Post, lot: list[Notice]) -> Ready | None:
    sending, now = post.sending, post.sending.now()
    await _end(post, [one for one in lot if one.until <= now], Nothing("expired", "late"))
    lot = [one for one in lot if one.until > now]
    if not lot:
        return None
    first = lot[0]
    if await _is_protected(sending, first):
        await _end(post, lot, Nothing("withdrawn", "suppressed"))
        return None
    if first.message_id is None:
        content = await _write(sending, lot, now)
        if isinstance(content, Nothing):
            await _end(post, lot, content)
            return None
        ends = await _ends(sending, first)
        if ends is None:
            for one in lot:
                await post.release(one, NO_MAILBOX, LATER)
            return None
        stamped = stamp_of(sending, first, content, ends, now.replace(microsecond=0))
        if not await sending.store.unit(lambda unit: _stamp(unit, post, lot, stamped, now)):
            return None
        first = replace(first, **{name: getattr(stamped, name) for name in Stamped.__dataclass_fields__})
    return Ready(first, letter_of(sending, first))


async def _write(sending: Sending, lot: list[Notice], now: datetime) -> Content | Nothing:
    first = lot[0]
    async with sending.store.reading() as unit:
        if first.letter is not None:
            return Content(**first.letter)
        return await write(unit, sending, lot, now)


async def _is_protected(sending: Sending, notice: Notice) -> bool:
    """Whether it is for a prospect to whom nothing may go any more; asked at each try (R33, R36)."""
    if notice.recipient is None:
        return False
    async with sending.store.reading() as unit:
        return await notices.is_protected(unit, notice.recipient, notice.prospect_id)


async def _ends(sending: Sending, notice: Notice) -> Addressed | None:
    """From where to whom; None while there are mailboxes, and none is for this."""
    async with sending.store.reading() as unit:
        rep = await notice_calendars.of_rep(unit, notice.rep_id)
        assert rep is not None
        found = await notices.sender_for(unit, notice.rep_id, own=notice.recipient is not None)
        mailbox = await mailboxes.get(unit, found) if found is not None else None
        if mailbox is None and await mailboxes.are_there(unit):
            return None
    sender = mailbox.address if mailbox else rep.email
    return Addressed(mailbox, sender, notice.recipient or rep.email, zone_named(rep.time_zone or "UTC"))


async def _stamp(unit: Unit, post: Post, lot: list[Notice], stamped: Stamped, now: datetime) -> bool:
    """Keep the letter with the first, and end the others it speaks of, in one unit. False: somebody else has it."""
    if not await notice_leases.stamp(unit, lot[0].id, post.token, stamped):
        return False
    for other in lot[1:]:
        await notice_leases.land(unit, other.id, post.token, Landed("withdrawn", f"gathered:{lot[0].id}", now))
    return True


async def _end(post: Post, lot: list[Notice], nothing: Nothing) -> None:
    for one in lot:
        await post.end(one, Landed(nothing.state, nothing.reason, post.sending.now()))


async def _fail(post: Post, lot: list[Notice], why: str) -> None:
    for one in lot:
        await post.end(one, Landed("refused", why, post.sending.now()))
