"""Write a notice: its words as they are true at the moment it is written."""

from collections.abc import Sequence
from datetime import datetime

from drip.actions.noticing.alert_letter import write_alert
from drip.actions.noticing.written import Content, Nothing
from drip.actions.sending import Sending
from drip.domain.notice import Kind, read_wishes
from drip.store import notice_calendars
from drip.store.engine import Unit
from drip.store.notices import Notice

NOTHING_TO_SAY = Nothing("withdrawn", "nothing_to_say")
SWITCHED_OFF = Nothing("withdrawn", "switched_off")


async def write(unit: Unit, sending: Sending, lot: Sequence[Notice], now: datetime) -> Content | Nothing:
    """The words of a notice, or of the alerts of one rep, that go as one."""
    rep = await notice_calendars.of_rep(unit, lot[0].rep_id)
    assert rep is not None
    wishes = read_wishes(rep.notices)
    if lot[0].kind == Kind.ALERT:
        return await write_alert(unit, sending, rep, lot, now) if wishes.alerts else SWITCHED_OFF
    return NOTHING_TO_SAY
