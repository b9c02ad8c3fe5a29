"""The least time between two touches of ours (R22)."""

from datetime import date, timedelta

from drip.domain.business_days import Calendar
from drip.domain.duration import BUSINESS_DAY, Duration


def after_days(day: date, wait: Duration, calendar: Calendar) -> date:
    """`wait`, which is in days or business days, after a day."""
    if wait.unit is BUSINESS_DAY:
        return calendar.add(day, wait.count)
    return day + timedelta(days=wait.count)


def day_after(day: date, wait: Duration, calendar: Calendar) -> date:
    """The first day that `wait` has passed: from the 11th business day after ten (R23)."""
    if wait.unit is BUSINESS_DAY:
        return calendar.add(day, wait.count + 1)
    return day + timedelta(days=wait.count + 1)


def keeps_gap(first: date, then: date, gap: Duration, calendar: Calendar) -> bool:
    """Whether a touch on `then` keeps the gap after one on `first`."""
    return then >= after_days(first, gap, calendar)
