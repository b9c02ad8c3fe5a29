"""What follows from a calendar's answer to our invitation: a line of the timeline; a decline is the rep's to see to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from drip.actions.alert import About, alert
from drip.actions.appointing.mails import DECLINED, event_uid
from drip.actions.happen import Context
from drip.actions.receiving.owner import Owner
from drip.domain.facts import Consequence
from drip.inbound.rsvp import Rsvp, Said
from drip.store import appointments, facts, prospects, targets, tasks
from drip.store.appointments import Appointment
from drip.store.engine import Unit
from drip.store.facts import NewFact
from drip.store.tasks import NewTask

BY_UID = "invitation"  # how whose it is was found
_ASKS_THE_REP = frozenset({Said.DECLINED, Said.ANOTHER_TIME})


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation an answer is about, and who was invited."""

    appointment: Appointment
    prospect_id: int
    email: str

    @property
    def owner(self) -> Owner:
        """The same for a mail: nobody without the invitation knows its UID."""
        return Owner(self.prospect_id, self.email, BY_UID, proven=True)


async def invited(unit: Unit, owner: Owner | None, rsvp: Rsvp) -> Invited | None:
    """The invitation that is answered: one of the mail's owner, or of whom the calendar says to answer for. None for
    a UID that is none of theirs."""
    async for prospect_id in _meant(unit, owner, rsvp):
        [person] = await prospects.get(unit, [prospect_id])
        for one in await appointments.of_prospect(unit, prospect_id):
            if event_uid(person, one.id) == rsvp.uid:
                return Invited(one, prospect_id, person.email)
    return None


async def note_answer(unit: Unit, found: Invited, rsvp: Rsvp, context: Context, now: datetime) -> str | None:
    """Write it down, and tell the rep of a decline; its code. None where nothing follows: the appointment has
    passed, or was moved or called off since, or nothing was said. No call moves by it, and no letter waits."""
    one = found.appointment
    if one.state != "firm" or one.starts_at <= now or rsvp.sequence < one.sequence or rsvp.said is Said.NOTHING:
        return None
    await prospects.lock(unit, [found.prospect_id])
    about = (found.prospect_id, one.enrollment_id, context.send_id)
    told = {"on": one.starts_at.isoformat()}
    fact = NewFact(now, "appointment", context.who, *about, reason=rsvp.said.value, data=told)
    await facts.append(unit, [fact])
    if rsvp.said in _ASKS_THE_REP:
        new = NewTask(DECLINED, found.prospect_id, one.enrollment_id, one.rep_id, now)
        await tasks.add(unit, [new])
        whom = About(found.prospect_id, one.enrollment_id, one.rep_id, context.who)
        await alert(unit, whom, [Consequence(rsvp.said.value, now)])
    else:
        await tasks.done_for(unit, found.prospect_id, [DECLINED], context.who, now)
    return rsvp.said.value


async def _meant(unit: Unit, owner: Owner | None, rsvp: Rsvp) -> AsyncIterator[int]:
    if owner is not None:
        yield owner.prospect_id
    target = await targets.by_email(unit, rsvp.attendee) if rsvp.attendee else None
    if target is not None and (owner is None or owner.prospect_id != target.prospect_id):
        yield target.prospect_id
