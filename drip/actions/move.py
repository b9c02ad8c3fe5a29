"""Move those on their way to a new version: matched by step key, no step twice (R13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from drip.actions.happen import Change, Context, keep
from drip.domain.campaign import AtEnd, Campaign
from drip.domain.enrollment import Enrollment, State, Terms
from drip.domain.facts import Consequence, Effects, StepSkipped
from drip.domain.happen import apply
from drip.store import enrollments, moving, sends
from drip.store.campaigns import Version
from drip.store.engine import Unit
from drip.store.enrollments import Open
from drip.store.pending import pending

BATCH = 200


@dataclass(frozen=True, slots=True)
class Moving:
    """The version to move to, and who moves."""

    version: Version
    who: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One batch: how many moved, who was left because a letter is on its way, and the last id
    looked at (None: there was nobody)."""

    moved: int
    left: tuple[int, ...]
    last: int | None


def place(before: Campaign, step: int, after: Campaign) -> int:
    """The index of the next step on the new version, its length when none is left.

    It follows the last of the steps that are done (sent or taken out) that is still there; without
    any, it is the next step by its key, else the first.
    """
    keys = [one.key for one in after.steps]
    done = [keys.index(one.key) for one in before.steps[:step] if one.key in keys]
    if done:
        return max(done) + 1
    following = before.steps[step].key if step < len(before.steps) else None
    if following in keys:
        return keys.index(following)
    return len(keys) if following is None else 0


async def move_batch(unit: Unit, target: Moving, after: int, now: datetime) -> Moved:
    """Move the next of those on older versions. Their letters due or leased are withdrawn: the new
    version's take their place. Who has one on the wire, or one that goes again (R40), is left."""
    version = target.version
    page = await moving.on_their_way(unit, version.campaign_id, version.id, after, BATCH)
    if not page:
        return Moved(0, (), None)
    before = {one.id: one for one in await enrollments.load(unit, [one.enrollment_id for one in page], lock=True)}
    ids = sorted(one.id for one in before.values() if one.enrollment.state in moving.ON_THEIR_WAY)
    # One that goes again may have arrived: it is no letter the new version writes once more (R40).
    waiting = [one for one in await pending(unit, ids) if not one.may_be_withdrawn or one.handed_at is not None]
    on_its_way = {one.enrollment_id for one in waiting}
    going = [ident for ident in ids if ident not in on_its_way]
    await sends.withdraw(unit, going, "moved", now)
    await moving.set_version(unit, going, version.id)
    changes = _changes(target, before, await enrollments.load(unit, going), now)
    await keep(unit, changes, now)
    return Moved(len(going), tuple(sorted(on_its_way)), page[-1].enrollment_id)


def _changes(target: Moving, before: dict[int, Open], opens: Sequence[Open], now: datetime) -> list[Change]:
    """Each file as it stands on the new version, with a line on its timeline."""
    context = Context(target.who, data={"version": target.version.number})
    changes = []
    for one in opens:
        old = before[one.id]
        index = place(old.terms.campaign, old.enrollment.step, one.terms.campaign)
        after, more = _stand(one.enrollment, one.terms, index, now)
        told = (Consequence("moved", now), *more)
        changes.append(Change(one, after, Effects(told), context))
    return changes


def _stand(
    enrollment: Enrollment, terms: Terms, index: int, now: datetime
) -> tuple[Enrollment, tuple[Consequence, ...]]:
    steps = len(terms.campaign.steps)
    if index < steps:
        state = State.DRIPPING if enrollment.state is State.COMPLETED else enrollment.state
        return enrollment.changed(state=state, step=index, not_before=now), ()
    if enrollment.state is not State.DRIPPING:
        return _over(enrollment, terms), ()
    last = enrollment.changed(step=steps - 1)
    after, effects = apply(last, terms, StepSkipped(now))  # ends the run as its last letter would
    return after, tuple(one for one in effects.consequences if one.what != "skipped")


def _over(enrollment: Enrollment, terms: Terms) -> Enrollment:
    """One who has had every letter of the run, and gets none now; what may follow is a new run (R39)."""
    if terms.campaign.at_end is AtEnd.COMPLETE:
        return enrollment.changed(step=len(terms.campaign.steps))
    return enrollment.changed(step=0, run=enrollment.run + 1)
