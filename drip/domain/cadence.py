"""The nominal day of the next value email: counted from the anchor, never drifting (R7, R8, R11)."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from drip.domain.business_days import Calendar
from drip.domain.campaign import Consent
from drip.domain.duration import BUSINESS_DAY, Duration, Unit
from drip.domain.enrollment import Enrollment, Terms
from drip.domain.window import local_day, start_of

_OPT_IN = Consent.OPT_IN
_ONE_BUSINESS_DAY = Duration(1, BUSINESS_DAY)
_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
_LENGTHS = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
    Unit.WEEK: timedelta(weeks=1),
}


def advance(day: date, wait: Duration, calendar: Calendar, times: int = 1) -> date:
    """The day `times` a duration after another; a month end stays one (31 January, 28 February)."""
    count, unit = wait.count * times, wait.unit
    if unit in _MONTHS:
        return _months_after(day, count * _MONTHS[unit])
    if unit is BUSINESS_DAY:
        return calendar.add(day, count)
    return day + count * _LENGTHS[unit]


@lru_cache(maxsize=16384)
def _months_after(day: date, months: int) -> date:
    later: date = day + relativedelta(months=months)
    return later


def interval_of(enrollment: Enrollment, terms: Terms) -> Duration:
    """The interval in force: the one agreed for this enrollment, else the campaign's (R5)."""
    return enrollment.interval or terms.campaign.cadence


def awaits_opt_in(enrollment: Enrollment, terms: Terms) -> bool:
    """Whether no letter but the invitation may go before the prospect says yes (R21)."""
    return terms.campaign.consent is _OPT_IN and enrollment.opted_in_at is None and enrollment.step > 0


def is_first_letter(enrollment: Enrollment, terms: Terms) -> bool:
    """Whether the next value email sets the anchor: the first, or the first after a yes (R8, R21)."""
    return enrollment.sent == 0 or _follows_invitation(enrollment, terms)


def nominal_at(enrollment: Enrollment, terms: Terms) -> datetime:
    """When the next value email is due by the cadence alone, aware UTC.

    The start of its nominal day; a wait in hours or minutes gives the very moment.
    """
    day, moment = _nominal(enrollment, terms)
    return moment or start_of(day, terms.zone)


def nominal_day(enrollment: Enrollment, terms: Terms) -> date:
    """The local day of `nominal_at`."""
    return _nominal(enrollment, terms)[0]


def _nominal(enrollment: Enrollment, terms: Terms) -> tuple[date, datetime | None]:
    """The nominal day, and the moment of a wait in hours or minutes."""
    if _follows_invitation(enrollment, terms) and enrollment.opted_in_at is not None:
        return _after(enrollment.opted_in_at, _ONE_BUSINESS_DAY, terms)
    own = terms.campaign.steps[enrollment.step].after
    if enrollment.anchor_on is None:
        return _after(enrollment.enrolled_at, own or terms.campaign.first_after, terms)
    if own is not None and enrollment.step > 0 and enrollment.sent_at is not None:
        return _after(enrollment.sent_at, own, terms)
    return _by_anchor(enrollment, terms, enrollment.anchor_on), None


def _by_anchor(enrollment: Enrollment, terms: Terms, anchor: date) -> date:
    count = enrollment.sent + 1 - enrollment.anchor_n
    return advance(anchor, interval_of(enrollment, terms), terms.calendar, count) if count > 0 else anchor


def _after(moment: datetime, wait: Duration, terms: Terms) -> tuple[date, datetime | None]:
    if wait.in_time:
        exact = moment + wait.count * _LENGTHS[wait.unit]
        return local_day(exact, terms.zone), exact
    return advance(local_day(moment, terms.zone), wait, terms.calendar), None


def _follows_invitation(enrollment: Enrollment, terms: Terms) -> bool:
    return terms.campaign.consent is _OPT_IN and enrollment.run == 1 and enrollment.step == 1 and enrollment.sent == 1
