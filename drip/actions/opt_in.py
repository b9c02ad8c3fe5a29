"""Keep a prospect's yes, with its proof (R16, R18)."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.end import NoReasonError
from drip.actions.happen import Context, happen
from drip.actions.whose import Whose, find
from drip.domain.facts import OptedIn
from drip.store import opt_ins, prospects, tasks
from drip.store.engine import Store, Unit
from drip.store.opt_ins import NewOptIn
from drip.store.targets import Target
from drip.store.tasks import NewTask


@dataclass(frozen=True, slots=True)
class Proof:
    """How the yes was given: `through` is link, form, rep or import; `wording` exactly what was
    shown or said; `address` that of the client, empty where there is none."""

    through: str
    wording: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class OptInDone:
    """`code`: opted_in, already, after_opt_out (a task for the rep, nothing else), or
    no_enrollment (kept with the prospect)."""

    code: str
    prospect_id: int
    enrollment_id: int | None


async def opt_in(store: Store, whose: Whose, proof: Proof, context: Context, now: datetime) -> OptInDone:
    """Keep the yes. It lifts no opt-out (R18). Raises NotFoundError, NoReasonError."""
    if not proof.wording.strip():
        raise NoReasonError(
            "An opt-in is kept with the words it was given to. Say what the prospect was told, "
            'such as "You may send me your monthly letter".'
        )

    async def work(unit: Unit) -> OptInDone:
        target = await find(unit, whose)
        ident, belongs = target.prospect_id, target.enrollment_id
        await opt_ins.add(unit, _kept(proof, target, context, now))
        [person] = await prospects.get(unit, [ident])
        if person.opted_out_at is not None or person.complained_at is not None:
            if belongs is None:
                await tasks.add(unit, [NewTask("opt_in_after_opt_out", ident, None, None, now)])
            else:
                await happen(unit, belongs, OptedIn(now), context)
            return OptInDone("after_opt_out", ident, belongs)
        if belongs is not None:
            await happen(unit, belongs, OptedIn(now), context)
        await prospects.mark(unit, ident, "opted_in_at", now)
        known = "already" if person.opted_in_at else "opted_in"
        return OptInDone(known if belongs is not None else "no_enrollment", ident, belongs)

    return await store.unit(work)


def _kept(proof: Proof, target: Target, context: Context, now: datetime) -> NewOptIn:
    return NewOptIn(
        prospect_id=target.prospect_id,
        at=now,
        through=proof.through,
        wording=proof.wording.strip(),
        who=context.who,
        enrollment_id=target.enrollment_id,
        send_id=context.send_id,
        address=proof.address,
    )
