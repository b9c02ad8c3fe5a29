"""Plan notices: make the mails that are due by reps' calendars, each once."""

from drip.actions.sending import Sending
from drip.domain.notice import Coming, read_wishes, turns, works_by
from drip.domain.zones import zone_named
from drip.store import notice_calendars, notices
from drip.store.engine import Unit
from drip.store.notice_calendars import Wanted
from drip.store.notices import NewNotice

BATCH = 100  # reps a unit


async def plan_notices(sending: Sending) -> int:
    """Make what is due by now, and say when to look again; how many notices that made. Any number of planners
    may run: a rep somebody else looks at is left out, and no notice is made twice."""
    made = 0
    while True:
        looked_at, new = await sending.store.unit(lambda unit: _plan(unit, sending))
        made += new
        if looked_at < BATCH:
            return made


async def _plan(unit: Unit, sending: Sending) -> tuple[int, int]:
    now = sending.now()
    found = await notice_calendars.due(unit, now, BATCH)
    new: list[NewNotice] = []
    for rep in found:
        zone = zone_named(rep.time_zone or "UTC")
        due, again_at = turns(read_wishes(rep.notices), zone, works_by(rep.times, zone), rep.notices_at, now)
        new += [_notice(rep, one) for one in due]
        await notice_calendars.look_at(unit, rep.id, again_at)
    return len(found), await notices.add(unit, new, now)


def _notice(rep: Wanted, coming: Coming) -> NewNotice:
    key = f"{coming.kind}/{rep.id}/{coming.on.isoformat()}"
    return NewNotice(coming.kind, key, rep.id, coming.at, coming.until, data={"on": coming.on.isoformat()})
