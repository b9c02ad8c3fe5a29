"""Next letter: which one goes to a prospect next, and when, if nothing else happens (R41)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from drip.actions.forecast import team_of
from drip.actions.forecasting.expected import LETTERS, Coming, Moments, expected
from drip.actions.whose import Whose, find
from drip.store import ahead, leases
from drip.store.engine import Store

LOOKS_AHEAD = timedelta(weeks=104)  # beyond the longest silence before a closing email


async def next_letter(store: Store, whose: Whose, now: datetime, machine: datetime) -> Coming | None:
    """The next letter to the prospect meant; see `next_letters`. Raises NotFoundError."""
    async with store.reading() as unit:
        target = await find(unit, whose, lock=False)
    if target.enrollment_id is None:
        return None
    return (await next_letters(store, [target.enrollment_id], now, machine)).get(target.enrollment_id)


async def next_letters(store: Store, ids: Collection[int], now: datetime, machine: datetime) -> dict[int, Coming]:
    """Enrollment id to its next letter, by the prospect's own clock, as the forecast has it; one `waits` while its
    mailbox sends nothing. Left out: none is to come, or not before a person has acted.

    `now` is business time, `machine` the clock of a single process.
    """
    async with store.reading() as unit:
        team = await team_of(unit)
        moments = Moments(now, now + LOOKS_AHEAD, await leases.machine_time(unit, machine))
    async with store.reading() as unit:
        starts = await ahead.those(unit, ids)
    coming = dict[int, Coming]()
    for start in starts:
        box = team.mailbox_of(start)
        ident, stopped = (box.id, box.stopped) if box else (None, None)
        following = expected(start, moments, ident, stopped)
        if (letter := next((one for one in following if one.kind in LETTERS), None)) is not None:
            coming[start.open.id] = letter
    return coming
