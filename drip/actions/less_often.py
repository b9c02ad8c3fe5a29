"""Send less often: double the interval of one enrollment, at most to a quarter (R5)."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Context, change, keep
from drip.actions.whose import Whose, find_enrollment
from drip.domain.cadence import interval_of
from drip.domain.duration import Duration
from drip.domain.duration import Unit as Of
from drip.domain.facts import CadenceAgreed
from drip.store import enrollments
from drip.store.engine import Store, Unit

_QUARTER = Duration(1, Of.QUARTER)
_QUARTER_DAYS = {Of.DAY: 91, Of.BUSINESS_DAY: 65, Of.WEEK: 13, Of.MONTH: 3}


@dataclass(frozen=True, slots=True)
class LessOften:
    """The interval before and after; equal when there is nothing left to double."""

    before: Duration
    after: Duration


async def less_often(store: Store, whose: Whose, context: Context, now: datetime) -> LessOften:
    """Double the interval in force. Raises NotFoundError, NotEnrolledError."""

    async def work(unit: Unit) -> LessOften:
        enrollment_id = await find_enrollment(unit, whose)
        [found] = await enrollments.load(unit, [enrollment_id], lock=True)
        before = interval_of(found.enrollment, found.terms)
        after = doubled(before)
        if after != before:
            await keep(unit, [change(found, CadenceAgreed(now, after), context)], now)
        return LessOften(before, after)

    return await store.unit(work)


def doubled(interval: Duration) -> Duration:
    """Twice as long, at most a quarter; a quarter or longer stays as it is."""
    limit = _QUARTER_DAYS.get(interval.unit)
    if limit is None or interval.count >= limit:
        return interval
    return interval.times(2) if interval.count * 2 < limit else _QUARTER
