"""Take: lease a batch of a mailbox's due letters, ask again what protects people, load what they are written from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from drip.actions.draft import OWN_FAULT, Draft, Spoilt
from drip.actions.gather_values import NOTHING, Beside, gather_values
from drip.actions.give_up import is_too_old
from drip.actions.happen import SYSTEM, Change, change, keep
from drip.actions.hold import Holds
from drip.actions.sending import Sending, WayOut
from drip.domain.errors import AddressError, DripError
from drip.domain.facts import EmailTakenBack, Suppressed
from drip.domain.plan import plan
from drip.domain.suppression import keys
from drip.domain.thread import continued
from drip.domain.window import may_go_at, today
from drip.store import enrollments, leases, letters, mailboxes, pace, suppressions, threads
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.leases import Lease, Stamp
from drip.store.letters import Leased
from drip.store.pace import Room, find_room

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
NO_POSTAL_ADDRESS = (
    "it has no postal address, which the law asks of every letter; --postal-address gives it one"  # MAIL 46
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one take leased: drafts of letters, and sends no letter can be made of.

    `way_out` is how they leave; `unusable` says why they cannot, and then nothing was leased. `held`
    were withdrawn again and planned anew; `full`: there may be more to take. `connections` is how many
    may be used at most, where a rate limit has slowed the mailbox. `busy`: somebody else was taking.
    """

    token: str
    drafts: tuple[Draft, ...] = ()
    spoilt: tuple[Spoilt, ...] = ()
    way_out: WayOut | None = None
    unusable: str | None = None
    held: int = 0
    full: bool = False
    connections: int | None = None
    busy: bool = False

    @property
    def leased(self) -> list[Leased]:
        """All that is leased: to be landed, or given back."""
        return [*(one.leased for one in self.drafts), *(one.leased for one in self.spoilt)]


@dataclass(slots=True)
class _Taken:
    """What the leasing unit brought out of the database. `at` is when, by business time; `dated_at` the same in
    whole seconds."""

    at: datetime
    room: Room | None = None
    way_out: WayOut | None = None
    unusable: str | None = None
    busy: bool = False
    leased: list[Leased] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    holds: dict[int, str] = field(default_factory=dict)
    put_off: dict[int, datetime] = field(default_factory=dict)
    too_old: list[int] = field(default_factory=list)
    spoilt: list[Spoilt] = field(default_factory=list)
    suppressed: Mapping[str, str] = field(default_factory=dict)
    answered_at: Mapping[int, str] = field(default_factory=dict)  # reps who write from another's mailbox: their own
    dated_at: datetime = field(init=False)
    protects: Holds = field(init=False)

    def __post_init__(self) -> None:
        self.dated_at = self.at.replace(microsecond=0)
        self.protects = Holds(self.at)


async def take(sending: Sending, mailbox_id: int | None, most: int | None = None) -> Batch:
    """Lease up to `most` letters of a mailbox, or of the shelf (None); by default as many as the limits
    say. Empty when its pace is used up, when somebody else is taking, or when nothing is due (HOUSE 3).

    What may not go any more, by R36, is withdrawn and planned anew.
    """
    token, now, most = sending.token(), sending.now(), most or sending.limits.batch
    lease = partial(_lease, sending=sending, mailbox_id=mailbox_id, token=token, most=most)
    taken = await sending.store.unit(lease)
    if taken.holds:
        await sending.store.unit(lambda unit: _withdraw(unit, taken, token, now))
    return Batch(
        token=token,
        drafts=tuple(taken.drafts),
        spoilt=tuple(taken.spoilt),
        way_out=taken.way_out,
        unusable=taken.unusable,
        held=len(taken.holds),
        full=len(taken.leased) == most,
        connections=taken.room.connections if taken.room else None,
        busy=taken.busy,
    )


async def _lease(unit: Unit, sending: Sending, mailbox_id: int | None, token: str, most: int) -> _Taken:
    now, machine = sending.now(), await leases.machine_time(unit, sending.machine())
    lease, room = Lease(token, machine, machine + sending.limits.lease), None
    if mailbox_id is not None:
        room = await find_room(unit, mailbox_id, machine, sending.limits.connections)
        if room is None:
            found = await mailboxes.get(unit, mailbox_id)
            return _Taken(now, busy=found is not None and found.state == "active")
        if room.letters == 0:
            return _Taken(now)
    try:
        way_out = sending.way_out(room.mailbox if room else None)
    except DripError as error:
        return _Taken(now, unusable=str(error))
    if room is not None and not room.mailbox.postal_address:
        return _Taken(now, unusable=NO_POSTAL_ADDRESS)
    if room is not None:
        ids = await pace.lease(unit, room, now, lease, most)
    else:
        ids = await leases.take(unit, None, now, lease, most)
    if not ids:
        return _Taken(now)
    taken = _Taken(now, room, way_out, leased=await letters.load(unit, ids))
    opens = await enrollments.readable(unit, {one.enrollment_id for one in taken.leased})
    if len(opens) < len(taken.leased):
        await _set_aside(unit, taken, opens, lease)
    others = {one.rep_id for one in opens.values() if room is not None and one.rep_id != room.mailbox.rep_id}
    if others:
        taken.answered_at = {rep: box.address for rep, box in (await mailboxes.of_reps(unit, others)).items()}
    taken.suppressed = await _suppressed(unit, {one.email for one in taken.leased})
    for one in taken.leased:
        try:
            await _judge(unit, sending, taken, one, opens[one.enrollment_id])
        except OWN_FAULT as error:
            taken.spoilt.append(Spoilt(one, str(error)))
    await leases.put_off(unit, token, taken.put_off)
    await leases.release(unit, token, taken.too_old, machine + A_MINUTE)  # until they are given up
    return taken


async def _set_aside(unit: Unit, taken: _Taken, opens: Mapping[int, Open], lease: Lease) -> None:
    """Letters of enrollments that cannot be read wait until somebody mends those; the others go."""
    gone = [one.id for one in taken.leased if one.enrollment_id not in opens]
    await leases.release(unit, lease.token, gone, lease.machine + AN_HOUR)
    taken.leased = [one for one in taken.leased if one.enrollment_id in opens]


async def _judge(unit: Unit, sending: Sending, taken: _Taken, leased: Leased, open_: Open) -> None:
    """Hold a letter back, or see to what it is written from."""
    now, suppressed = taken.at, taken.suppressed.get(leased.email)
    if suppressed is None and is_too_old(leased.planned_at, open_, sending.limits.give_up, now):
        taken.too_old.append(leased.id)
        return
    why = suppressed or taken.protects.of(leased, open_)
    if _waits(leased, why) and (opens := may_go_at(open_.terms, leased.run, leased.key, now)) > now:
        taken.put_off[leased.id] = opens
        return
    if why is not None:
        taken.holds[leased.id] = why
        return
    source = await letters.source(unit, leased.version_id, leased.step_key)
    goes_on = leased.letter_values is None and open_.terms.campaign.continues(leased.step_key)
    thread = await _thread(unit, leased) if goes_on else None
    reply_to = taken.answered_at.get(open_.rep_id)
    beside = Beside(reply_to, thread) if reply_to or thread else NOTHING
    stamp = _stamp(sending, leased, open_, beside, taken.dated_at)
    taken.drafts.append(Draft(leased, stamp, source, today(open_.terms, now).closes, open_))


async def _suppressed(unit: Unit, emails: set[str]) -> Mapping[str, str]:
    """Which of them are suppressed, and why."""
    try:
        return await suppressions.find(unit, emails)
    except AddressError:
        return await suppressions.find(unit, filter(_is_address, emails))


def _is_address(email: str) -> bool:
    """Whether it can be looked up among the suppressed; to one that cannot no letter can be written."""
    try:
        return bool(keys(email))
    except AddressError:
        return False


def _waits(leased: Leased, why: str | None) -> bool:
    """Whether it stays the same letter while its window is closed: one that was tried, or sent, before."""
    return why is None if leased.resent else why == "window" and leased.number > 1


async def _thread(unit: Unit, leased: Leased) -> dict[str, Any] | None:
    """What the letter goes on from; None where no letter before it was accepted."""
    before = await threads.before(unit, leased.enrollment_id, leased.run)
    return continued(before.message_id, before.subject, before.letter_values.get("thread")) if before else None


def _stamp(sending: Sending, leased: Leased, open_: Open, beside: Beside, dated_at: datetime) -> Stamp:
    if leased.letter_values is None or leased.message_id is None or leased.dated_at is None:
        return gather_values(sending, leased, open_, beside, dated_at)
    return Stamp(leased.id, leased.message_id, leased.dated_at, dict(leased.letter_values))


async def _withdraw(unit: Unit, taken: _Taken, token: str, now: datetime) -> None:
    """Take back what is held, and plan those enrollments anew (lock order: enrollment, then send)."""
    held = {one.enrollment_id: one for one in taken.leased if one.id in taken.holds}
    opens = await enrollments.load(unit, held, lock=True)
    moved = await leases.withdraw(unit, token, taken.holds, now)
    ours = [one for one in opens if held[one.id].id in moved]
    why = {email: Suppressed(now, reason) for email, reason in taken.suppressed.items()}
    changes = [change(one, why.get(one.terms.email) or EmailTakenBack(now), SYSTEM) for one in ours]
    await keep(unit, changes, now)
    await enrollments.set_next(unit, {made.open.id: _next_at(made, now) for made in changes})


def _next_at(made: Change, now: datetime) -> datetime | None:
    """When to look again. A letter that may not go although it is planned for now waits a minute,
    lest plan and take chase one another."""
    following = plan(made.after, made.open.terms, now)
    if following is None:
        return None
    return max(following.at, now + A_MINUTE) if following.what == "email" else following.at
