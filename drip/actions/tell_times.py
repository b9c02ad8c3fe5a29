"""Tell every open file of a rep that the rep's hours or absences have changed: recalls and letters follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from drip.actions.happen import SYSTEM, Change, Context, change, keep
from drip.actions.sending import Sending
from drip.domain.facts import RepChanged
from drip.domain.recall import meets
from drip.domain.window import local_day
from drip.store import absences, enrollments, targets
from drip.store.engine import Store, Unit

BATCH = 200
SHOWN = 20  # prospects named


@dataclass(frozen=True, slots=True)
class Told:
    """What followed: how many open files heard of it, how many recalls moved and letters were taken back.

    `unmet` are prospects whose call window the rep's hours do not meet in the two weeks from now, `promised`
    those who were promised a call while the rep is away; the first few of each by address, and how many.
    """

    files: int = 0
    recalls_moved: int = 0
    letters_held: int = 0
    unmet: tuple[str, ...] = ()
    unmet_count: int = 0
    promised: tuple[str, ...] = ()
    promised_count: int = 0

    def and_then(self, more: "Told") -> "Told":
        """Both together."""
        return Told(
            self.files + more.files,
            self.recalls_moved + more.recalls_moved,
            self.letters_held + more.letters_held,
            (*self.unmet, *more.unmet)[:SHOWN],
            self.unmet_count + more.unmet_count,
            (*self.promised, *more.promised)[:SHOWN],
            self.promised_count + more.promised_count,
        )


async def tell_times(store: Store, rep_id: int, context: Context, now: datetime) -> Told:
    """Let every open file of a rep find its recall and its letters again, in units of 200.

    What is left when the process ends is done by the service's next `finish_telling`.
    """
    told = Told()
    while (more := await store.unit(partial(_tell_some, rep_id=rep_id, context=context, now=now))) is not None:
        told = told.and_then(more)
    return told


async def finish_telling(sending: Sending) -> int:
    """Go on where somebody's telling ended; how many files heard of it. A chore."""
    async with sending.store.reading() as unit:
        waiting = await absences.untold(unit)
    told = [await tell_times(sending.store, rep_id, SYSTEM, sending.now()) for rep_id in waiting]
    return sum(one.files for one in told)


async def _tell_some(unit: Unit, rep_id: int, context: Context, now: datetime) -> Told | None:
    """The next of them; None when all have heard."""
    before = await absences.begin_telling(unit, rep_id)
    if before is None:
        return None
    ids = await targets.of_rep(unit, rep_id, before, BATCH)
    await absences.told_to(unit, rep_id, before, ids[-1] if ids else None)
    context = context._replace(data={**context.data, "because": "rep_times"})
    changes = [change(one, RepChanged(now), context) for one in await enrollments.load(unit, ids, lock=True)]
    withdrawn = await keep(unit, changes, now)
    return _told(changes, len(withdrawn), now)


def _told(changes: Sequence[Change], withdrawn: int, now: datetime) -> Told:
    unmet = [one.open.terms.email for one in changes if not _meets(one, now)]
    promised = [one.open.terms.email for one in changes if _is_promised_away(one)]
    return Told(
        len(changes),
        sum(any(line.what == "recall_set" for line in one.effects.consequences) for one in changes),
        withdrawn,
        tuple(unmet[:SHOWN]),
        len(unmet),
        tuple(promised[:SHOWN]),
        len(promised),
    )


def _meets(made: Change, now: datetime) -> bool:
    return meets(local_day(now, made.open.terms.zone), made.open.terms)


def _is_promised_away(made: Change) -> bool:
    recall, rep = made.after.recall, made.open.terms.rep
    return recall is not None and recall.promised and rep is not None and rep.away_until(recall.at) is not None
