"""Take a reply: the drip waits for the rep, and colleagues' files are held (R30, R34)."""

from dataclasses import dataclass
from datetime import datetime

from drip.actions.freemail import is_freemail
from drip.actions.happen import Context, change, happen, keep
from drip.actions.whose import Whose, find
from drip.domain.facts import ColleagueReplied, Replied
from drip.store import enrollments, received, targets, tasks
from drip.store.engine import Store, Unit
from drip.store.received import NewReceived
from drip.store.tasks import NewTask


@dataclass(frozen=True, slots=True)
class ReplyDone:
    """What a reply did: the enrollment that waits now, and those held at the same company."""

    prospect_id: int
    enrollment_id: int | None
    colleagues: tuple[int, ...]


async def reply(store: Store, whose: Whose, note: str, context: Context, now: datetime) -> ReplyDone:
    """Keep a mail from the prospect; `note` are its words or the rep's. Raises NotFoundError."""

    async def work(unit: Unit) -> ReplyDone:
        target = await find(unit, whose)
        ident, belongs = target.prospect_id, target.enrollment_id
        await received.add(unit, NewReceived("reply", now, context.who, ident, belongs, context.send_id, note))
        if belongs is not None:
            await happen(unit, belongs, Replied(now), context)
        else:
            await tasks.add(unit, [NewTask("reply", ident, None, None, now)])
        return ReplyDone(ident, belongs, await hold_colleagues(unit, ident, now))

    return await store.unit(work)


async def hold_colleagues(unit: Unit, prospect_id: int, now: datetime) -> tuple[int, ...]:
    """Hold the open files of the others at the same company, and tell their reps (R34)."""
    company = await targets.of_company(unit, prospect_id)
    if company is None or is_freemail(company[0]):
        return ()
    found = await enrollments.load(unit, company[1], lock=True)
    context = Context("service", data={"colleague": prospect_id})
    await keep(unit, [change(one, ColleagueReplied(now), context) for one in found], now)
    return tuple(one.id for one in found)
