"""Plan: bring about what time brings, and make a due send of every letter whose time has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from drip.actions.happen import SYSTEM, Change, keep
from drip.domain.ahead import brought
from drip.domain.facts import Effects
from drip.domain.happen import apply
from drip.domain.plan import Next, plan
from drip.store import enrollments, sends
from drip.store.engine import Store, Unit
from drip.store.enrollments import Open
from drip.store.failures import UnreadableError
from drip.store.sends import NewSend

MOST_MOVES = 50  # of one enrollment in one look; the rest waits for the next look


@dataclass(frozen=True, slots=True)
class Planned:
    """What one look did. `stuck` are enrollments whose letter the database refused, because its key
    was sent before (R39), or which could not be planned, as `failed` says: they wait for a person.
    `mailboxes` have new due sends (None: the shelf); `newest` is the last moment looked at, where more may be due."""

    looked_at: int = 0
    made: int = 0
    mailboxes: frozenset[int | None] = frozenset()
    stuck: tuple[int, ...] = ()
    newest: datetime | None = None
    failed: Mapping[int, Exception] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Look:
    """One enrollment after what time brought it; `email` is the letter that is due now."""

    change: Change
    email: Next | None
    next_at: datetime | None

    @property
    def id(self) -> int:
        return self.change.open.id

    @property
    def changed(self) -> bool:
        return self.change.after != self.change.open.enrollment


async def plan_due(store: Store, now: datetime, limit: int = 200, since: datetime | None = None) -> Planned:
    """Plan up to `limit` enrollments whose `next_at` has come, in one short unit.

    Any number of planners may run: rows somebody else looks at are left out. `since` is a lower
    bound on `next_at` that spares a look at dead rows of the index (HOUSE 1).
    """

    async def work(unit: Unit) -> Planned:
        due, failed = await _due(unit, now, limit, since)
        if not due and not failed:
            return Planned()
        looked_at = len(due) + len(failed)
        looks = _look_at_each(due, now, failed)
        new = await _new_sends(unit, [one for one in looks if one.email is not None])
        made = await sends.add(unit, new, now)
        await keep(unit, [one.change for one in looks if one.changed], now)
        refused = (one.id for one in looks if one.email is not None and one.id not in made)
        stuck = (*refused, *failed)
        await _look_again(unit, looks, stuck)
        homes = frozenset(one.mailbox_id for one in new)
        newest = max((one.next_at for one in due if one.next_at), default=None)
        return Planned(looked_at, len(made), homes, stuck, newest, failed)

    return await store.unit(work)


async def _due(
    unit: Unit, now: datetime, limit: int, since: datetime | None
) -> tuple[list[Open], dict[int, Exception]]:
    """What is due, and what is wrong with those that cannot even be read: they are set aside at once."""
    failed: dict[int, Exception] = {}
    while True:
        try:
            return await enrollments.due(unit, now, limit, since), failed
        except UnreadableError as error:
            failed |= error.rows
            await enrollments.set_next(unit, dict.fromkeys(error.rows))


def _look_at_each(due: Sequence[Open], now: datetime, failed: dict[int, Exception]) -> list[_Look]:
    """One enrollment that cannot be planned stops no other: it goes to those that failed."""
    looks: list[_Look] = []
    for open_ in due:
        try:
            looks.append(_look(open_, now))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others go on
            failed[open_.id] = error
    return looks


def _look(open_: Open, now: datetime) -> _Look:
    """What time has brought an enrollment up to `now`: recalls due, files closed, holds told."""
    enrollment, effects, following = open_.enrollment, Effects(), None
    for _ in range(MOST_MOVES):
        following = plan(enrollment, open_.terms, now)
        if following is None or (following.what == "email" and following.at <= now):
            break
        after, more = apply(enrollment, open_.terms, brought(following, open_.next_at or following.at, now))
        if after == enrollment:
            break
        enrollment, effects = after, _both(effects, more)
    made = Change(open_, enrollment, effects, SYSTEM)
    if following is not None and following.what == "email" and following.at <= now:
        return _Look(made, following, None)
    return _Look(made, None, following.at if following else None)


def _both(first: Effects, second: Effects) -> Effects:
    return Effects(
        first.consequences + second.consequences,
        second.suppress or first.suppress,
        first.needs + second.needs,
    )


async def _new_sends(unit: Unit, looks: Sequence[_Look]) -> list[NewSend]:
    """Due sends; those of an enrollment made before its rep had a mailbox go by the rep's of now."""
    homeless = {one.change.open.rep_id for one in looks if one.change.open.mailbox_id is None}
    found = await sends.mailboxes_of(unit, homeless)
    return [_new_send(one.change, one.email, found) for one in looks if one.email is not None]


def _new_send(made: Change, email: Next, of_reps: Mapping[int, int]) -> NewSend:
    open_, after, key = made.open, made.after, email.key or ""
    closing = key.startswith("closing/")
    return NewSend(
        enrollment_id=open_.id,
        prospect_id=open_.prospect_id,
        mailbox_id=open_.mailbox_id or of_reps.get(open_.rep_id),
        version_id=open_.version_id,
        run=after.run,
        key=key,
        step_key="closing" if closing else key,
        n=None if closing else after.sent + 1,
        due_at=email.at,
    )


async def _look_again(unit: Unit, looks: Sequence[_Look], stuck: Sequence[int]) -> None:
    """When to look at those again that `keep` did not write, or could not know to be stuck."""
    moments = {one.id: one.next_at for one in looks if not one.changed}
    await enrollments.set_next(unit, moments | dict.fromkeys(stuck))
