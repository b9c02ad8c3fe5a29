"""Let one fact befall whoever is meant: what the simple actions have in common."""

from dataclasses import dataclass
from datetime import date, datetime

from drip.actions.happen import Change, Context, happen
from drip.actions.whose import Whose, find_enrollment, find_steered
from drip.domain.enrollment import State
from drip.domain.facts import Effects, Fact
from drip.store.engine import Store, Unit


@dataclass(frozen=True, slots=True)
class Done:
    """Where an enrollment stands after a fact. `changed` False: it meant nothing there.

    `recall_on` is the local day of the recall, `recall_at` the start of its slot (aware UTC).
    """

    enrollment_id: int
    prospect_id: int
    email: str
    state: State
    changed: bool
    effects: Effects
    recall_on: date | None = None
    recall_at: datetime | None = None
    recall_reason: str | None = None


def done(made: Change) -> Done:
    """What to tell of a change."""
    recall = made.after.recall
    return Done(
        enrollment_id=made.open.id,
        prospect_id=made.open.prospect_id,
        email=made.open.terms.email,
        state=made.after.state,
        changed=bool(made.effects.consequences) or made.after != made.open.enrollment,
        effects=made.effects,
        recall_on=recall.on if recall else None,
        recall_at=recall.at if recall else None,
        recall_reason=recall.reason if recall else None,
    )


async def befall(store: Store, whose: Whose, fact: Fact, context: Context) -> Done:
    """Let what was heard befall the enrollment it belongs to (R29), in a unit of its own.

    Raises NotFoundError, NotEnrolledError, and PromiseError (R14).
    """

    async def work(unit: Unit) -> Done:
        enrollment_id = await find_enrollment(unit, whose)
        return done(await happen(unit, enrollment_id, fact, context))

    return await store.unit(work)


async def steer(store: Store, whose: Whose, fact: Fact, context: Context) -> Done:
    """Let what somebody of ours decided befall the very enrollment that is named.

    Raises NotFoundError, NotEnrolledError.
    """

    async def work(unit: Unit) -> Done:
        return done(await happen(unit, await find_steered(unit, whose), fact, context))

    return await store.unit(work)
