"""Give up: end due letters that grew too old to be worth sending, with a reason people can read."""

from datetime import datetime, timedelta
from functools import partial

from drip.actions.happen import Change, Context, change, keep
from drip.actions.sending import Sending
from drip.domain.duration import Duration
from drip.domain.facts import EmailDropped
from drip.store import enrollments, rescues
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.rescues import Stuck

SHORTEST = timedelta(days=1)
BATCH = 200


async def give_up(sending: Sending) -> int:
    """due -> expired for letters planned longer ago than half the enrollment's interval, at most
    `limits.give_up`: a monthly letter must not arrive in the next month. Those of a paused mailbox wait (R12).
    How many there were. Age is business time."""
    total, last = 0, None
    while True:
        gone, last = await sending.store.unit(partial(_give_up, sending=sending, after=last))
        total += gone
        if last is None:
            return total


def is_too_old(planned_at: datetime, open_: Open, longest: timedelta, now: datetime) -> bool:
    """Whether a letter was planned too long ago to go now."""
    age, interval = now - planned_at, open_.enrollment.interval or open_.terms.campaign.cadence
    return age >= SHORTEST and age >= oldest_age(interval, longest)


def oldest_age(interval: Duration, longest: timedelta) -> timedelta:
    """How long ago a letter may be planned before it is given up: a day at least, `longest` at most (RFC 5321
    section 4.5.4.1: give up after 4-5 days)."""
    half = timedelta(days=interval.about_days / 2)
    return max(SHORTEST, min(half, longest))


async def _give_up(unit: Unit, sending: Sending, after: Stuck | None) -> tuple[int, Stuck | None]:
    """A batch of them behind `after`; how many were given up, and the last that was looked at, if there are more."""
    now = sending.now()
    found = await rescues.old(unit, now - SHORTEST, BATCH, after)
    if not found:
        return 0, None
    opens = await enrollments.readable(unit, {one.enrollment_id for one in found}, lock=True)
    longest, known = sending.limits.give_up, [one for one in found if one.enrollment_id in opens]
    late = [one for one in known if is_too_old(one.planned_at, opens[one.enrollment_id], longest, now)]
    gone = await rescues.expire(unit, [one.id for one in late], now)
    await keep(unit, [_dropped(one, opens[one.enrollment_id], now) for one in late if one.id in gone], now)
    return len(gone), found[-1] if len(found) == BATCH else None


def _dropped(stuck: Stuck, open_: Open, now: datetime) -> Change:
    fact = EmailDropped(now, stuck.key, "expired", stuck.run)
    return change(open_, fact, Context("service", send_id=stuck.id))
