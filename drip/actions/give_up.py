"""Give up: end due letters that grew too old to be worth sending, with a reason people can read."""

from datetime import datetime, timedelta

from drip.actions.happen import Context, change, keep
from drip.actions.sending import Sending
from drip.domain.duration import Duration
from drip.domain.facts import EmailDropped
from drip.store import enrollments, rescues
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.rescues import Stuck

LONGEST = timedelta(days=5)  # RFC 5321 section 4.5.4.1: give up after 4-5 days
SHORTEST = timedelta(days=1)
BATCH = 200


async def give_up(sending: Sending) -> int:
    """due -> expired for letters due longer than half the enrollment's interval, at most 5 days: a
    monthly letter must not arrive in the next month. Those of a paused mailbox wait (R12). How many
    there were. Age is business time."""
    total = 0
    while True:
        done = await sending.store.unit(lambda unit: _give_up(unit, sending.now()))
        total += done
        if done < BATCH:
            return total


def oldest_age(interval: Duration) -> timedelta:
    """How long a letter may be due before it is given up."""
    half = timedelta(days=interval.about_days / 2)
    return max(SHORTEST, min(half, LONGEST))


async def _give_up(unit: Unit, now: datetime) -> int:
    found = await rescues.old(unit, now - SHORTEST, BATCH)
    if not found:
        return 0
    opens = {one.id: one for one in await enrollments.load(unit, {one.enrollment_id for one in found}, lock=True)}
    late = [one for one in found if _is_too_old(one, opens[one.enrollment_id], now)]
    gone = await rescues.expire(unit, [one.id for one in late], now)
    changes = [
        change(
            opens[one.enrollment_id], EmailDropped(now, one.key, "expired", one.run), Context("service", send_id=one.id)
        )
        for one in late
        if one.id in gone
    ]
    await keep(unit, changes, now)
    return len(gone)


def _is_too_old(stuck: Stuck, open_: Open, now: datetime) -> bool:
    interval = open_.enrollment.interval or open_.terms.campaign.cadence
    return now - stuck.due_at >= oldest_age(interval)
