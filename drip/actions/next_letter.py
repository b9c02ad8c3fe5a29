"""Next letter: which one goes to a prospect next, and when, if nothing else happens (R41)."""

from datetime import datetime, timedelta

from drip.actions.forecast import team_of
from drip.actions.forecasting.expected import LETTERS, Coming, Moments, expected
from drip.actions.whose import Whose, find
from drip.store import ahead, leases
from drip.store.ahead import Which
from drip.store.engine import Store

LOOKS_AHEAD = timedelta(weeks=104)  # beyond the longest silence before a closing email


async def next_letter(store: Store, whose: Whose, now: datetime, machine: datetime) -> Coming | None:
    """The next letter to the prospect meant, by their own clock, as the forecast has it; it `waits` while its mailbox
    is paused. None: none is to come, or not before a person has acted.

    `now` is business time, `machine` the clock of a single process. Raises NotFoundError.
    """
    async with store.reading() as unit:
        target = await find(unit, whose, lock=False)
        team = await team_of(unit)
        moments = Moments(now, now + LOOKS_AHEAD, await leases.machine_time(unit, machine))
    if target.enrollment_id is None:
        return None
    async with store.reading() as unit:
        _, starts = await ahead.page(unit, Which(), moments.end, target.enrollment_id - 1, 1)
    for start in starts:
        box = team.mailbox_of(start)
        ident, paused = (box.id, box.state == "paused") if box else (None, False)
        if start.open.id == target.enrollment_id:
            coming = expected(start, moments, ident, paused=paused)
            return next((one for one in coming if one.kind in LETTERS), None)
    return None
