"""Let a fact befall an enrollment: the one place where an enrollment changes."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from drip.actions.alert import About, alert, is_news
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.errors import MovedError
from drip.domain.facts import Consequence, Effects, Fact, Suppressed
from drip.domain.happen import apply
from drip.domain.holds import hold_reason
from drip.domain.plan import is_asked_for, plan
from drip.domain.suppression import Reason
from drip.store import enrollments, facts, notes, prospects, sends, suppressions, targets, tasks
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.facts import NewFact
from drip.store.notes import NewNote
from drip.store.pending import Pending, pending
from drip.store.prospects import Mark
from drip.store.tasks import NewTask
from drip.store.writes import Write, write

_SUPPRESSED_AS = {"complaint": Reason.COMPLAINED} | {reason.value: reason for reason in Reason}
_MARKS: dict[Reason, Mark] = {
    Reason.OPTED_OUT: "opted_out_at",
    Reason.DO_NOT_CONTACT: "opted_out_at",
    Reason.COMPLAINED: "complained_at",
    Reason.HARD_BOUNCE: "bounced_at",
}
_BARS = frozenset({"opted_out", "complaint", "do_not_contact"})
_NO_DATA: Mapping[str, Any] = {}
_ANSWERED = ("reply", "asked")  # tasks that are done when the wait for the rep ends (R30)


class Context(NamedTuple):
    """Who did it and what it is about (R38).

    `who` is a code: "prospect", "service", "cli" or "rep:<id>". `why` are a person's words; they
    are kept where they can be erased. `data` holds codes and numbers for the facts.
    """

    who: str
    why: str | None = None
    send_id: int | None = None
    rep_id: int | None = None
    data: Mapping[str, Any] = _NO_DATA


SYSTEM = Context("service")


class Change(NamedTuple):
    """An enrollment before and after a fact, and what follows from it."""

    open: Open
    after: Enrollment
    effects: Effects
    context: Context


def change(open_: Open, fact: Fact, context: Context) -> Change:
    """What a fact would make of an enrollment. Raises PromiseError (R14); stores nothing."""
    after, effects = apply(open_.enrollment, open_.terms, fact)
    return Change(open_, after, effects, context)


async def happen(unit: Unit, enrollment_id: int, fact: Fact, context: Context) -> Change:
    """Lock the enrollment and its prospect, apply the fact, and keep what follows.

    What stops everything for the person stops it for their closed files too, so that nothing
    opens one of them again (R29). Raises MovedError without such an enrollment, PromiseError (R14).
    """
    found = await enrollments.load(unit, [enrollment_id], lock=True)
    if not found:
        raise MovedError(f"There is no enrollment {enrollment_id}; look with `drip timeline`.")
    made = change(found[0], fact, context)
    changes = [made]
    if made.effects.suppress in _BARS:
        closed = await targets.closed_files(unit, made.open.prospect_id, enrollment_id)
        stop = Suppressed(fact.at, "opted_out")
        changes += [change(one, stop, context) for one in await enrollments.load(unit, closed, lock=True)]
    await keep(unit, changes, fact.at)
    if is_news(made.open.enrollment, made.effects.consequences):
        about = About(made.open.prospect_id, made.open.id, made.open.rep_id, context.who)
        await alert(unit, about, made.effects.consequences)
    return made


async def keep(
    unit: Unit,
    changes: Sequence[Change],
    now: datetime,
    settled: Collection[int] = frozenset(),
    beside: Sequence[Write] = (),
) -> dict[int, int]:
    """Write changes, one for each enrollment, in a few statements; they are locked already. `settled`
    are enrollments whose unfinished send this unit has just finished: there is never a second one.
    `beside` is written with them.

    A letter that may not go any more is withdrawn: what is returned are enrollment ids and the
    ids of their withdrawn sends. An enrollment whose letter stays unfinished gets no `next_at`;
    settling it gives it one, so a send's row moves before its fact is kept.
    """
    withdrawn, waiting = await _withdraw(unit, [made for made in changes if made.open.id not in settled], now)
    explained = [await _explained(unit, made, now) for made in changes]
    told = facts.appending(unit, [line for made in explained for line in told_of(made)])
    saved = enrollments.saving(unit, [moved(made, now, made.open.id in waiting) for made in changes])
    await write(unit, [*beside, *saved, *told])
    for made in changes:
        await _mark_prospect(unit, made, now)
        await _suppress(unit, made, now)
        await _tasks(unit, made, now)
    return withdrawn


def is_plain(made: Change) -> bool:
    """Whether a change is all in its enrollment and its lines: `keep` writes no more of it."""
    was, after, effects = made.open.enrollment, made.after, made.effects
    more = made.context.why or effects.suppress or effects.needs
    return not more and was.opted_in_at == after.opted_in_at and was.waiting_for == after.waiting_for


def unwanted(made: Change, letter: Pending, now: datetime) -> str | None:
    """Why a letter on its way may not go any more after a change; None if it still may (R36)."""
    after, terms = made.after, made.open.terms
    reason = hold_reason(after, terms, now)
    if letter.handed_at is not None:  # it may have arrived: only what protects the person counts
        protects = after.state not in (State.DRIPPING, State.COMPLETED, State.CLOSING)
        return reason or "superseded" if protects or after.paused_at or after.waiting_for else None
    if reason not in (None, "window"):
        return reason
    return None if is_wanted(after, terms, letter.run, letter.key, now) else "superseded"


def is_wanted(enrollment: Enrollment, terms: Terms, run: int, key: str, now: datetime) -> bool:
    """Whether a letter is still one the rules ask for by now."""
    return enrollment.run == run and is_asked_for(enrollment, terms, key, now)


async def _withdraw(unit: Unit, changes: Sequence[Change], now: datetime) -> tuple[dict[int, int], set[int]]:
    """Withdraw what may not go any more; what was withdrawn, and who still waits for a letter."""
    by_id = {made.open.id: made for made in changes}
    reasons: dict[str, list[int]] = defaultdict(list)
    waiting = set()
    for letter in await pending(unit, list(by_id)):
        why = unwanted(by_id[letter.enrollment_id], letter, now)
        if why is not None and letter.may_be_withdrawn:
            reasons[why].append(letter.enrollment_id)
        else:
            waiting.add(letter.enrollment_id)
    withdrawn: dict[int, int] = {}
    for why, ids in reasons.items():
        withdrawn |= await sends.withdraw(unit, ids, why, now)
    return withdrawn, waiting


def moved(made: Change, now: datetime, waits: bool = False) -> Open:
    """The enrollment after a change, and when to look at it again: not while it `waits` for its letter."""
    following = None if waits else plan(made.after, made.open.terms, now)
    # What is overdue comes now, not at a time before the fact that made it so.
    next_at = max(following.at, now) if following else None
    return made.open.after(made.after, next_at, now)


async def _explained(unit: Unit, made: Change, now: datetime) -> Change:
    """Keep a person's words where they can be erased; the facts then point at them."""
    context = made.context
    if not context.why or not made.effects.consequences:
        return made
    note = await notes.add(unit, NewNote(made.open.prospect_id, now, context.who, context.why.strip()))
    return made._replace(context=context._replace(data={**context.data, "note": note}))


def told_of(made: Change) -> list[NewFact]:
    """Its lines of the timeline."""
    return lines(made.effects, (made.open.prospect_id, made.open.id), made.context)


def lines(effects: Effects, about: tuple[int, int], context: Context) -> list[NewFact]:
    """What follows from a fact, as lines of the timeline; `about` is prospect and enrollment id."""
    return [_line(one, about, context) for one in effects.consequences]


def _line(one: Consequence, about: tuple[int, int], context: Context) -> NewFact:
    what, at, reason, step, n, on, until = one
    data = dict(context.data)
    if step is not None:
        data["step"] = step
    if n is not None:
        data["n"] = n
    if on is not None:
        data["on"] = on.isoformat()
    if until is not None:
        data["until"] = until.isoformat()
    reason = "by_mistake" if what == "ended" else reason
    return NewFact(at, what, context.who, *about, context.send_id, context.rep_id, reason, data)


async def _mark_prospect(unit: Unit, made: Change, now: datetime) -> None:
    prospect_id, opted_in_at = made.open.prospect_id, made.after.opted_in_at
    if opted_in_at is not None and made.open.enrollment.opted_in_at is None:
        await prospects.mark(unit, prospect_id, "opted_in_at", opted_in_at)
    if made.effects.suppress is not None:
        mark = _MARKS.get(_reason(made.effects.suppress))
        if mark is not None:
            await prospects.mark(unit, prospect_id, mark, now)


async def _suppress(unit: Unit, made: Change, now: datetime) -> None:
    if made.effects.suppress is not None:
        reason = _reason(made.effects.suppress)
        if reason is Reason.BY_HAND and await suppressions.find(unit, [made.open.terms.email]):
            return  # by its domain already; lifting that frees the address
        await suppressions.add(unit, made.open.terms.email, reason, made.context.who, now)


async def _tasks(unit: Unit, made: Change, now: datetime) -> None:
    about = made.open
    await tasks.add(
        unit,
        [NewTask(need.code, about.prospect_id, about.id, about.rep_id, now) for need in made.effects.needs],
    )
    if about.enrollment.waiting_for and not made.after.waiting_for:
        await tasks.done_for(unit, about.prospect_id, _ANSWERED, made.context.who, now)


def _reason(code: str) -> Reason:
    return _SUPPRESSED_AS.get(code, Reason.BY_HAND)
