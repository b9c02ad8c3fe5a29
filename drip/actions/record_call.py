"""Record a call and its outcome (R20)."""

from datetime import date, datetime

from drip.actions.befall import Done, done
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find_called
from drip.domain.errors import PromiseError
from drip.domain.facts import Called, Outcome
from drip.store.engine import Store, Unit


async def record_call(store: Store, whose: Whose, call: Called, context: Context, now: datetime) -> Done:
    """Apply the outcome of a call at `now`; `call.on` is the promised day, with `promised` only. An
    enrollment that is named by its number and has a recall is the one that was called for.

    Raises NotFoundError, NotEnrolledError, and PromiseError where the day is missing, given
    with another outcome, past or no business day (R14).
    """
    if call.outcome is Outcome.PROMISED and call.on is None:
        raise PromiseError("Which day was promised? Give it with --on, such as --on 2027-03-16.")
    if call.outcome is not Outcome.PROMISED and call.on is not None:
        raise PromiseError(
            f"A day belongs to the outcome promised, not to {call.outcome.value}. Leave out "
            "--on, or record the outcome promised."
        )
    fact = Called(now, call.outcome, call.on)

    async def work(unit: Unit) -> Done:
        return done(await happen(unit, await find_called(unit, whose), fact, context))

    return await store.unit(work)


def call_of(outcome: str, on: date | None, now: datetime) -> Called:
    """A call from the code of its outcome. Raises PromiseError naming the closed list (R20)."""
    if outcome not in set(Outcome):
        raise PromiseError(f'"{outcome}" is no outcome of a call. Choose one of {_listed()}.')
    return Called(now, Outcome(outcome), on)


def _listed() -> str:
    return ", ".join(outcome.value for outcome in Outcome)
