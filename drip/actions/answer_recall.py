"""Answer a recall by its link: the rep's own word, taken once, while the link is still good (R20, R30)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drip.actions.appointing.agreed import Agreed
from drip.actions.happen import Context, happen
from drip.actions.promise_call import promised
from drip.actions.record_call import called
from drip.actions.resolve import ANSWERED
from drip.domain.facts import Called, CallPromised, Resolved
from drip.domain.rep_links import RecallToken
from drip.store import prospects, rep_links, targets, tasks
from drip.store.engine import Store, Unit
from drip.store.rep_links import Bound


class Standing(StrEnum):
    """What a genuine link is worth by now; only with a good one anything is changed."""

    GOOD = "good"
    UNKNOWN = "unknown"  # nothing is kept any more of what it named
    EXPIRED = "expired"
    RENEWED = "renewed"  # the rep's links were renewed since
    HANDED_OVER = "handed_over"  # another rep is in charge
    DEALT_WITH = "dealt_with"  # a call was recorded since
    ANOTHER_FILE = "another_file"  # this one is closed, and the prospect has another that is open (R29)


@dataclass(frozen=True, slots=True)
class Word:
    """What the rep says: the outcome of a call, perhaps with what was agreed in it, the day that a reply asks for, or
    that a reply is dealt with; `why` are words of the rep's own."""

    fact: Called | CallPromised | Resolved
    why: str | None = None
    agreed: Agreed | None = None


async def answer_recall(store: Store, token: RecallToken, word: Word, now: datetime) -> Standing:
    """Let the outcome of a call, or that a reply is dealt with, befall the enrollment of the link.

    Whether the link is good is asked once the prospect is locked, so of two presses of a button one counts.
    Raises PromiseError (R14), AppointmentError.
    """
    return await store.unit(lambda unit: answer(unit, token, word, now))


async def answer(unit: Unit, token: RecallToken, word: Word, now: datetime) -> Standing:
    """The same inside a unit of somebody else's."""
    target = await targets.by_enrollment(unit, token.enrollment)
    if target is None:
        return Standing.UNKNOWN
    await prospects.lock(unit, [target.prospect_id])
    found = await standing(unit, token, now)
    if found is Standing.GOOD:
        context = Context(f"rep:{token.rep}", word.why, rep_id=token.rep, data={"through": "link"})
        if isinstance(word.fact, Called):
            await called(unit, token.enrollment, word.fact, word.agreed, context)
        elif isinstance(word.fact, CallPromised):
            await promised(unit, token.enrollment, word.fact, None, context)
        else:
            await happen(unit, token.enrollment, word.fact, context)
            await tasks.done_for(unit, target.prospect_id, ANSWERED, context.who, now)
    return found


async def standing(unit: Unit, token: RecallToken, now: datetime) -> Standing:
    """What the link is worth at `now`."""
    bound = (await rep_links.bound(unit, [token.enrollment])).get(token.enrollment)
    if bound is None:
        return Standing.UNKNOWN
    found = judge(token, bound, now)
    if found is not Standing.GOOD or bound.recall_on is not None:
        return found
    target = await targets.by_enrollment(unit, token.enrollment)
    belongs = await targets.hearing(unit, target.prospect_id, token.enrollment) if target else None
    return Standing.GOOD if belongs in (None, token.enrollment) else Standing.ANOTHER_FILE


def judge(token: RecallToken, bound: Bound, now: datetime) -> Standing:
    """What a link says against what holds by now; the first that is wrong counts."""
    if now.date() > token.until:
        return Standing.EXPIRED
    if token.rep != bound.rep_id:
        return Standing.HANDED_OVER
    if token.renewed != bound.renewed:
        return Standing.RENEWED
    return Standing.GOOD if token.last_call == bound.last_call else Standing.DEALT_WITH
