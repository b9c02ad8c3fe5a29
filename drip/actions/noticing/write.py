"""Write a notice: its words as they are true at the moment it is written."""

from collections.abc import Sequence
from datetime import datetime

from drip.actions.noticing.alert_letter import write_alert
from drip.actions.noticing.morning_letter import write_morning
from drip.actions.noticing.weekly_letter import write_weekly
from drip.actions.noticing.written import Content, Nothing
from drip.actions.sending import Sending
from drip.domain.notice import Kind, read_wishes
from drip.store import notice_calendars
from drip.store.engine import Unit
from drip.store.notices import Notice

SWITCHED_OFF = Nothing("withdrawn", "switched_off")


async def write(unit: Unit, sending: Sending, lot: Sequence[Notice], now: datetime) -> Content | Nothing:
    """The words of a notice, or of the alerts of one rep, that go as one."""
    rep = await notice_calendars.of_rep(unit, lot[0].rep_id)
    assert rep is not None
    wishes = read_wishes(rep.notices)
    match Kind(lot[0].kind):
        case Kind.ALERT:
            return await write_alert(unit, sending, rep, lot, now) if wishes.alerts else SWITCHED_OFF
        case Kind.MORNING:
            return await write_morning(unit, sending, rep, now) if wishes.morning is not None else SWITCHED_OFF
        case Kind.WEEKLY:
            return await write_weekly(unit, rep, lot[0], now) if wishes.weekly is not None else SWITCHED_OFF
