"""Brake: pause mailboxes whose letters are called spam or go to dead addresses, and warn before (MAIL 44)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.actions.sending import Sending
from drip.domain.brake import DAY, WEEK, Brakes, Ruling, Tally, on_bounces, on_complaints
from drip.domain.pace import domain_of
from drip.domain.send import State
from drip.store import brakes, mailboxes
from drip.store.brakes import Trouble
from drip.store.engine import Unit
from drip.store.mailboxes import Mailbox


@dataclass(frozen=True, slots=True)
class Braked:
    """Mailboxes that were paused now, and those warned of now, by id, each with why."""

    paused: dict[int, str]
    warned: dict[int, str]


async def brake(sending: Sending) -> Braked:
    """Judge the last day of every mailbox; any number of schedulers may do so. A brake never lets go by
    itself: a person resumes, and what was counted before is then forgotten. Letters stay where they are."""
    async with sending.store.peek() as unit:
        if not await brakes.any_cause(unit, sending.now() - WEEK, sending.now() - DAY):
            return Braked({}, {})
    done: Braked = await sending.store.unit(lambda unit: _brake(unit, sending.brakes, sending.now()))
    return done


async def _brake(unit: Unit, limits: Brakes, now: datetime) -> Braked:
    complained = await brakes.complaints(unit, now - WEEK)
    bounced = await brakes.bounces(unit, now - DAY)
    boxes = await mailboxes.listing(unit)
    if not complained and not bounced and not any(box.warning for box in boxes):
        return Braked({}, {})
    done = Braked({}, {})
    families: dict[str, list[Mailbox]] = defaultdict(list)
    for box in boxes:
        families[domain_of(box.address)].append(box)
    for family in families.values():
        of_family = await _complaints(unit, family, complained, limits, now)
        for box in family:
            of_box = await _bounces(unit, box, bounced, limits, now)
            pause = of_family.pause or of_box.pause
            if pause is not None and await mailboxes.pause(unit, box.id, pause, now):
                done.paused[box.id] = pause
            if await mailboxes.warn(unit, box.id, of_family.warn) and of_family.warn is not None:
                done.warned[box.id] = of_family.warn
    return done


async def _complaints(
    unit: Unit, family: Sequence[Mailbox], complained: Sequence[Trouble], limits: Brakes, now: datetime
) -> Ruling:
    """What the complaints about a sending domain ask for: all its mailboxes together."""
    ids = [box.id for box in family]
    resumed = max((box.resumed_at for box in family if box.resumed_at), default=now - WEEK)
    ours = [one for one in complained if one.mailbox_id in ids]
    if not ours:
        return Ruling()
    for within in (DAY, WEEK):
        since = max(now - within, resumed)
        letters = await brakes.tried(unit, ids, since, (State.ACCEPTED,))
        if letters >= limits.complaints_volume or within is WEEK:
            break
    people = {one.prospect_id for one in ours if one.at > since}
    return on_complaints(Tally(len(people), letters, within), limits)


async def _bounces(unit: Unit, box: Mailbox, bounced: Sequence[Trouble], limits: Brakes, now: datetime) -> Ruling:
    since = max(now - DAY, box.resumed_at or now - DAY)
    people = {one.prospect_id for one in bounced if one.mailbox_id == box.id and one.at > since}
    if not people:
        return Ruling()
    letters = await brakes.tried(unit, [box.id], since, (State.ACCEPTED, State.REFUSED))
    return on_bounces(Tally(len(people), letters), limits)
