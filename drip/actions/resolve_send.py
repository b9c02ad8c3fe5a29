"""Resolve: say what became of a letter whose answer was lost (R40)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drip.actions.happen import Context, change, keep
from drip.actions.whose import NotFoundError
from drip.domain.enrollment import State as FileState
from drip.domain.errors import MovedError
from drip.domain.facts import EmailArrived, EmailDropped
from drip.domain.send import State
from drip.domain.window import may_go_at
from drip.store import enrollments, facts, notes, sends, suppressions, uncertain
from drip.store.engine import Store, Unit
from drip.store.enrollments import Open
from drip.store.facts import NewFact
from drip.store.notes import NewNote
from drip.store.uncertain import Uncertain

_SENT_TO = (FileState.DRIPPING, FileState.COMPLETED, FileState.CLOSING)


class What(StrEnum):
    """What a person may say about an uncertain letter."""

    ACCEPTED = "accepted"  # it arrived: it counts
    REFUSED = "refused"  # it never arrived, and is not sent again
    AGAIN = "again"  # send it again, as the same letter


@dataclass(frozen=True, slots=True)
class Resolved:
    """A letter, as it was while uncertain, and what was said of it."""

    letter: Uncertain
    what: What


async def resolve_send(store: Store, send_id: int, what: What, context: Context, now: datetime) -> Resolved:
    """Turn an uncertain letter into accepted, refused or due; the timeline says who did and why.

    Raises NotFoundError, and MovedError for one that is not uncertain (any more) or must not go again.
    """

    async def work(unit: Unit) -> Resolved:
        letter = await uncertain.get(unit, send_id)
        if letter is None:
            await _refuse(unit, send_id)
        assert letter is not None
        [open_] = await enrollments.load(unit, [letter.enrollment_id], lock=True)
        about = context._replace(send_id=send_id)
        if what is What.AGAIN:
            await _again(unit, letter, open_, about, now)
        else:
            await _land(unit, letter, open_, what, (about, now))
        return Resolved(letter, what)

    return await store.unit(work)


async def learn(unit: Unit, send_id: int, what: What, context: Context, now: datetime) -> bool:
    """Turn an uncertain letter into accepted or refused, inside a unit of somebody else's, by what came back about
    it; False where it is not uncertain (any more)."""
    letter = await uncertain.get(unit, send_id)
    if letter is None:
        return False
    [open_] = await enrollments.load(unit, [letter.enrollment_id], lock=True)
    await _land(unit, letter, open_, what, (context._replace(send_id=send_id), now))
    return True


async def _land(unit: Unit, letter: Uncertain, open_: Open, what: What, by: tuple[Context, datetime]) -> None:
    context, now = by
    if not await uncertain.land(unit, letter.id, State(what)):
        await _refuse(unit, letter.id)
    if what is What.ACCEPTED:
        await keep(unit, [change(open_, EmailArrived(now, letter.key), context)], now)
        await _tell(unit, letter, "email_arrived", context, now)
    else:
        await keep(unit, [change(open_, EmailDropped(now, letter.key, "lost", letter.run), context)], now)


async def _again(unit: Unit, letter: Uncertain, open_: Open, context: Context, now: datetime) -> None:
    why = await _protected(unit, open_)
    if why is not None:
        raise MovedError(f"Letter {letter.id} must not go again: {why}. Resolve it as accepted or refused.")
    due_at = may_go_at(open_.terms, letter.run, letter.key, now)
    if not await uncertain.go_again(unit, letter.id, due_at, now):
        if await uncertain.get(unit, letter.id) is None:
            await _refuse(unit, letter.id)
        raise MovedError(f"Another letter to {letter.email} is on its way. Try again when it has gone.")
    await enrollments.set_next(unit, {open_.id: None})
    await _tell(unit, letter, "goes_again", context, now)


async def _protected(unit: Unit, open_: Open) -> str | None:
    """Why the prospect must not be written to now (R36)."""
    file, email = open_.enrollment, open_.terms.email
    if file.state not in _SENT_TO:
        return f"the file of {email} is {file.state.replace('_', ' ')}"
    if await suppressions.find(unit, [email]):
        return f"{email} is suppressed"
    if file.paused_at is not None:
        return f"the emails to {email} are paused"
    return f"{email} waits for the rep" if file.waiting_for else None


async def _refuse(unit: Unit, send_id: int) -> None:
    row = await sends.get(unit, send_id)
    if row is None:
        raise NotFoundError(f"There is no letter {send_id}. `drip sends uncertain` shows those that are uncertain.")
    raise MovedError(
        f"Letter {send_id} is {row.state}, not uncertain: nothing is to be resolved. "
        "`drip sends uncertain` shows those that are."
    )


async def _tell(unit: Unit, letter: Uncertain, what: str, context: Context, now: datetime) -> None:
    data: dict[str, object] = {**context.data, "step": letter.step_key}
    if context.why:
        words = NewNote(letter.prospect_id, now, context.who, context.why.strip())
        data["note"] = await notes.add(unit, words)
    about = (letter.prospect_id, letter.enrollment_id, letter.id, context.rep_id)
    await facts.append(unit, [NewFact(now, what, context.who, *about, reason="resolved", data=data)])
