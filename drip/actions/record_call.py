"""Record a call and its outcome (R20), and what was agreed in it."""

from dataclasses import replace
from datetime import date, datetime

from drip.actions.appoint import Appointing, appoint
from drip.actions.appointing.agreed import Agreed
from drip.actions.befall import Done, done
from drip.actions.happen import Change, Context, happen
from drip.actions.whose import Whose, find_called
from drip.domain.errors import PromiseError
from drip.domain.facts import Called, Outcome
from drip.store.engine import Store, Unit


async def record_call(
    store: Store, whose: Whose, call: Called, context: Context, now: datetime, agreed: Agreed | None = None
) -> Done:
    """Apply the outcome of a call at `now`; `call.on` is the promised day, with `promised` only. An
    enrollment that is named by its number and has a recall is the one that was called for.

    `agreed` is the firm hour of the promised call, or that of the meeting that was set.
    Raises NotFoundError, NotEnrolledError, AppointmentError, and PromiseError where the day is missing, given
    with another outcome, past or no business day (R14).
    """
    if call.outcome is Outcome.PROMISED and call.on is None:
        raise PromiseError("Which day was promised? Give it with --on, such as --on 2027-03-16.")
    if call.outcome is not Outcome.PROMISED and call.on is not None:
        raise PromiseError(
            f"A day belongs to the outcome promised, not to {call.outcome.value}. Leave out "
            "--on, or record the outcome promised."
        )
    if agreed is not None and call.outcome not in (Outcome.PROMISED, Outcome.MEETING_SET):
        raise PromiseError(f"An hour belongs to the outcomes promised and meeting_set, not to {call.outcome.value}.")

    async def work(unit: Unit) -> Done:
        return await called(unit, await find_called(unit, whose), replace(call, at=now), agreed, context)

    return await store.unit(work)


async def called(unit: Unit, enrollment_id: int, call: Called, agreed: Agreed | None, context: Context) -> Done:
    """The same inside a unit of somebody else's, for an enrollment whose prospect is locked."""
    if agreed is not None and call.outcome is Outcome.PROMISED:
        call = replace(call, on=agreed.on, hour=agreed.hour)
    made: Change = await happen(unit, enrollment_id, call, context)
    kind = "meeting" if call.outcome is Outcome.MEETING_SET else "call"
    effects = await appoint(unit, made, Appointing(kind, agreed), context, call.at)
    return replace(done(made), effects=effects)


def call_of(outcome: str, on: date | None, now: datetime) -> Called:
    """A call from the code of its outcome. Raises PromiseError naming the closed list (R20)."""
    if outcome not in set(Outcome):
        raise PromiseError(f'"{outcome}" is no outcome of a call. Choose one of {_listed()}.')
    return Called(now, Outcome(outcome), on)


def _listed() -> str:
    return ", ".join(outcome.value for outcome in Outcome)
