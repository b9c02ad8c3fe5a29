"""Take a reply: the drip waits for the rep, and colleagues' files are held (R30, R34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.actions.alert import About, alert
from drip.actions.freemail import company_domain, is_freemail
from drip.actions.happen import Context, change, happen, keep
from drip.actions.whose import Whose, find
from drip.domain.facts import ColleagueReplied, Consequence, Replied
from drip.store import enrollments, facts, prospects, received, targets, tasks
from drip.store.engine import Store, Unit
from drip.store.facts import NewFact
from drip.store.received import NewReceived
from drip.store.targets import Target
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
        made = await replied(unit, whose, context, now)
        about = (made.prospect_id, made.enrollment_id, context.send_id)
        await received.add(unit, NewReceived("reply", now, context.who, *about, note))
        return made

    return await store.unit(work)


async def replied(unit: Unit, whose: Whose, context: Context, now: datetime) -> ReplyDone:
    """What follows from a reply, inside a unit of somebody else's, who keeps the mail. Raises NotFoundError."""
    named = await find(unit, whose, lock=False)
    await targets.lock_people(unit, await _files_of_colleagues(unit, named), named.prospect_id)
    target = await find(unit, whose)
    ident, belongs = target.prospect_id, target.enrollment_id
    if belongs is not None:
        await happen(unit, belongs, Replied(now), context)
    else:
        await tasks.add(unit, [NewTask("reply", ident, None, None, now)])
        await _tell_owner(unit, ident, context, now)
    return ReplyDone(ident, belongs, await hold_colleagues(unit, target, now))


async def hold_company(unit: Unit, address: str, now: datetime) -> tuple[int, ...]:
    """Hold the open files at the company of somebody who is no prospect and wrote to us (R34)."""
    domain = company_domain(address)
    files = [] if domain is None else await targets.open_files(unit, domain)
    await targets.lock_people(unit, files)
    return await _hold(unit, files, Context("service"), now)


async def _tell_owner(unit: Unit, prospect_id: int, context: Context, now: datetime) -> None:
    """A reply of somebody who is in no campaign stands on the timeline, and concerns the rep they belong to."""
    about_it = (prospect_id, None, context.send_id, context.rep_id)
    await facts.append(unit, [NewFact(now, "replied", context.who, *about_it, data=context.data)])
    [person] = await prospects.get(unit, [prospect_id])
    if person.owner_rep_id is not None:
        about = About(prospect_id, None, person.owner_rep_id, context.who)
        await alert(unit, about, [Consequence("replied", now)])


async def hold_colleagues(unit: Unit, target: Target, now: datetime) -> tuple[int, ...]:
    """Hold the open files of the others at the same company, and tell their reps (R34)."""
    files = await _files_of_colleagues(unit, target)
    return await _hold(unit, files, Context("service", data={"colleague": target.prospect_id}), now)


async def _hold(unit: Unit, files: Sequence[int], context: Context, now: datetime) -> tuple[int, ...]:
    found = await enrollments.load(unit, files, lock=True)
    await keep(unit, [change(one, ColleagueReplied(now), context) for one in found], now)
    return tuple(one.id for one in found)


async def _files_of_colleagues(unit: Unit, target: Target) -> list[int]:
    """By the company; where its domain is not known, by what the address's company registered."""
    company = await targets.of_company(unit, target.prospect_id)
    if company is not None:
        return [] if is_freemail(company[0]) else company[1]
    domain = company_domain(target.email)
    return [] if domain is None else await targets.open_files(unit, domain, other_than=target.prospect_id)
