"""Appoint: keep what was agreed as a firm appointment, move it, call it off, and let both know who want to."""

from dataclasses import dataclass, replace
from datetime import datetime

from drip.actions.appointing.agreed import Agreed, AppointmentError
from drip.actions.appointing.mails import CALLED_OFF, DECLINED, MOVED, SET, parties, tell
from drip.actions.befall import Done, done
from drip.actions.happen import Change, Context, happen
from drip.actions.whose import Whose, find_steered
from drip.domain.facts import Appointed, Effects
from drip.store import appointments, enrollments, tasks
from drip.store.appointments import Appointment, NewAppointment
from drip.store.engine import Store, Unit

_CODES = {SET: ("appointed", "invited"), MOVED: ("moved", "moved_told"), CALLED_OFF: ("called_off", "called_off_told")}


@dataclass(frozen=True, slots=True)
class Appointing:
    """What was agreed in a call, if anything: "call" for a promised one, "meeting" for one that was set."""

    kind: str
    agreed: Agreed | None


async def appoint(unit: Unit, made: Change, asked: Appointing, context: Context, now: datetime) -> Effects:
    """Make what was agreed in `made` an appointment, or move the one there is; without an agreement call off one
    the call left behind. Returns the effects of `made` with those of the appointment.

    Raises AppointmentError; then the unit is of no use any more.
    """
    known = (await appointments.firm(unit, [made.open.id])).get(made.open.id)
    if asked.agreed is None:
        return await _left_behind(unit, made, known, context, now)
    agreed, starts = asked.agreed, asked.agreed.starts_at(made.open.terms.zone, now)
    if known is None or known.starts_at <= now:  # one that has begun is over; this is another
        if known is not None:
            await appointments.change(unit, replace(known, state="over"))
        one = NewAppointment(
            made.open.id, made.open.rep_id, asked.kind, starts, agreed.minutes, agreed.invite, changed_at=now
        )
        what, ident = SET, await appointments.add(unit, one)
    else:
        wanted = (asked.kind, starts, agreed.minutes, known.invited or agreed.invite)
        if wanted == (known.kind, known.starts_at, known.minutes, known.invited):
            return made.effects
        moved = replace(
            known, kind=asked.kind, starts_at=starts, minutes=agreed.minutes, invited=wanted[3], changed_at=now
        )
        await appointments.change(unit, moved)
        what, ident = MOVED if known.starts_at != starts or known.invited else SET, known.id
    return await _told(unit, made, what, ident, context, now)


async def call_off(store: Store, whose: Whose, context: Context, now: datetime) -> Done:
    """Call the firm appointment off; who was invited is told. The promise of the day stays (R14), without the hour.

    Raises NotFoundError, NotEnrolledError, AppointmentError where there is none to come.
    """

    async def work(unit: Unit) -> Done:
        enrollment_id = await find_steered(unit, whose)
        known = (await appointments.firm(unit, [enrollment_id])).get(enrollment_id)
        if known is None or known.starts_at <= now:
            raise AppointmentError(
                f"Enrollment {enrollment_id} has no appointment to come. `drip recall promise` with --at makes one."
            )
        [found] = await enrollments.load(unit, [enrollment_id], lock=True)
        nothing = Change(found, found.enrollment, Effects(), context)
        effects = await _call_off(unit, nothing, known, context, now)
        [after] = await enrollments.load(unit, [enrollment_id])
        return done(Change(found, after.enrollment, effects, context))

    return await store.unit(work)


async def _left_behind(unit: Unit, made: Change, known: Appointment | None, context: Context, now: datetime) -> Effects:
    """Call off an appointed call that is not to take place any more, as the call that was promised is another."""
    if known is None or known.kind != "call" or known.starts_at <= now:
        return made.effects
    recall = made.after.recall
    if recall is not None and recall.at == known.starts_at:
        return made.effects
    return await _call_off(unit, made, known, context, now)


async def _call_off(unit: Unit, made: Change, known: Appointment, context: Context, now: datetime) -> Effects:
    await appointments.change(unit, replace(known, state="called_off", changed_at=now))
    return await _told(unit, made, CALLED_OFF, known.id, context, now)


async def _told(unit: Unit, made: Change, what: str, ident: int, context: Context, now: datetime) -> Effects:
    """Write the mails if both were invited, and the line of the timeline; a mail to the prospect is a touch (R24)."""
    one = await appointments.get(unit, ident)
    assert one is not None
    await tasks.done_for(unit, made.open.prospect_id, [DECLINED], context.who, now)  # it is another one now
    mailed = False
    if one.invited:
        who = await parties(unit, one.rep_id, made.open.prospect_id, made.open.terms.zone)
        await tell(unit, what, one, who, now)
        mailed = who.may_write
    fact = Appointed(now, _CODES[what][mailed], one.starts_at, mailed, is_off=what == CALLED_OFF)
    again = await happen(unit, made.open.id, fact, context._replace(why=None))
    both = (*made.effects.consequences, *again.effects.consequences)
    return made.effects._replace(consequences=both)
