"""Wish notices: which mails a rep wants, and when; shown and changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from drip.actions.which_rep import find_rep
from drip.domain.notice import Wishes, next_morning, read_wishes, works_by, write_wishes
from drip.domain.zones import zone_named
from drip.store import mailboxes, notice_calendars, notices
from drip.store.engine import Store, Unit
from drip.store.notice_calendars import Wanted


@dataclass(frozen=True, slots=True)
class Wished:
    """What a rep gets. `mailbox` is the one it goes from, None while there is none for this rep; `next_at` the
    next morning mail, aware UTC, None without any."""

    email: str
    name: str
    wishes: Wishes
    time_zone: str
    mailbox: str | None
    next_at: datetime | None


async def show_wishes(store: Store, email: str, now: datetime) -> Wished:
    """What a rep wants at present. Raises NotFoundError."""
    async with store.reading() as unit:
        return await _wished(unit, await _find(unit, email), now)


async def wish_notices(store: Store, email: str, changes: Mapping[str, Any], now: datetime) -> tuple[Wished, bool]:
    """Set fields of Wishes by name; False when they stood so already. Raises NotFoundError."""

    async def work(unit: Unit) -> tuple[Wished, bool]:
        rep = await _find(unit, email)
        before = read_wishes(rep.notices)
        wanted = replace(before, **changes)
        if wanted != before:
            await notice_calendars.wish(unit, rep.id, write_wishes(wanted))
        return await _wished(unit, await _find(unit, email), now), wanted != before

    return await store.unit(work)


async def _find(unit: Unit, email: str) -> Wanted:
    found = await notice_calendars.of_rep(unit, (await find_rep(unit, email)).id)
    assert found is not None
    return found


async def _wished(unit: Unit, rep: Wanted, now: datetime) -> Wished:
    sender = await notices.sender_for(unit, rep.id)
    box = await mailboxes.get(unit, sender) if sender is not None else None
    wishes, zone = read_wishes(rep.notices), zone_named(rep.time_zone or "UTC")
    next_at = next_morning(wishes, zone, works_by(rep.times, zone), now)
    return Wished(rep.email, rep.name, wishes, zone.key, box.name if box else None, next_at)
