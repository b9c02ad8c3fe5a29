"""Take over: one rep's files become another's; letters, recalls and tasks follow, and no letter goes twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import partial

from drip.actions.enrolling.obstacles import A_DAY
from drip.actions.happen import Change, Context, change, keep
from drip.actions.which_rep import find_rep
from drip.actions.whose import NotFoundError
from drip.domain.errors import DripError
from drip.domain.facts import Consequence, RepChanged
from drip.domain.zones import zone_named
from drip.store import campaigns, choices, enrollments, files, following, mailboxes, sends
from drip.store.engine import Store, Unit
from drip.store.enrollments import Open
from drip.store.following import Mover, Whose
from drip.store.mailboxes import Mailbox
from drip.store.pending import pending
from drip.store.reps import Rep

BATCH = 200
SHOWN = 20  # files named


class TakeOverError(DripError):
    """These files cannot be taken over as asked. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """From whom to whom (addresses), and which files: of these prospects, of one campaign; None: all.

    `dry_run`: tell who would move, and change nothing.
    """

    before: str
    after: str
    emails: tuple[str, ...] | None = None
    campaign: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What was, or would be, done. `movers` are the first few of `files`, of which `open` are open.

    `letters` were taken back to be written again by the new rep; `on_the_wire` had left already and stay
    as they are. `warnings` are in words.
    """

    before: str
    after: str
    mailbox: str | None
    files: int
    open: int
    movers: tuple[Mover, ...]
    warnings: tuple[str, ...] = ()
    done: bool = False
    recalls_moved: int = 0
    letters: int = 0
    on_the_wire: int = 0


@dataclass(slots=True)
class _Handing:
    """Who gives to whom, and what came of it so far."""

    before: Rep
    after: Rep
    box: Mailbox | None
    whose: Whose
    context: Context
    now: datetime
    last: int = 0
    files: int = 0
    recalls_moved: int = 0
    letters: int = 0
    on_the_wire: int = 0
    invited: int = field(default=0)


async def take_over(store: Store, asked: Asked, context: Context, now: datetime) -> TakenOver:
    """Let a rep take over files of another, in units of 200: cut off, it goes on when asked again.

    Raises NotFoundError for reps, prospects or a campaign that are not there, and TakeOverError.
    """
    async with store.reading() as unit:
        handing = await _handing(unit, asked, context, now)
        shown = await _summary(unit, handing)
    if asked.dry_run:
        return shown
    while await store.unit(partial(_take_some, handing=handing)):
        pass
    more = () if not handing.invited else (_invited(handing),)
    return replace(
        shown,
        done=True,
        files=handing.files,
        warnings=(*shown.warnings, *more),
        recalls_moved=handing.recalls_moved,
        letters=handing.letters,
        on_the_wire=handing.on_the_wire,
    )


async def _handing(unit: Unit, asked: Asked, context: Context, now: datetime) -> _Handing:
    before, after = await find_rep(unit, asked.before), await find_rep(unit, asked.after)
    if before.id == after.id:
        raise TakeOverError(f"{before.email} has these files already. Name another rep to take them over.")
    if asked.campaign is not None and await campaigns.newest(unit, asked.campaign) is None:
        known = ", ".join(one.key for one in await campaigns.listing(unit)) or "none yet"
        raise NotFoundError(f'No campaign "{asked.campaign}" is published. Published: {known}.')
    emails = None if asked.emails is None else tuple(dict.fromkeys(one.strip().lower() for one in asked.emails))
    whose = Whose(before.id, emails, asked.campaign)
    strangers = await following.unknown(unit, whose)
    if strangers:
        named = ", ".join(strangers[:SHOWN])
        raise NotFoundError(f"{before.email} has no file of {named}. `drip enrollment list --rep {before.email}`.")
    box = (await mailboxes.of_reps(unit, [after.id])).get(after.id)
    return _Handing(before, after, box, whose, context, now)


async def _summary(unit: Unit, handing: _Handing) -> TakenOver:
    """Who would move. Raises TakeOverError where the new rep could not write to them."""
    before, after, box = handing.before, handing.after, handing.box
    found = await following.counted(unit, handing.whose, _day_begins(after, handing.now))
    declared = await campaigns.campaigns_of(unit, set(found.versions))
    if box is None and any(one.mailbox == "owner" for one in declared.values()) and await mailboxes.are_there(unit):
        raise TakeOverError(
            f"{after.email} has no mailbox to write from: `drip mailbox add NAME --rep {after.email} "
            "--address ADDRESS --host HOST`. Nothing was changed."
        )
    warnings = []
    if box is not None and box.state == "paused":
        warnings.append(f"The mailbox {box.name} is paused ({box.paused_reason}): their letters wait for it.")
    today = (await files.enrolled_counts(unit, {after.id: _day_begins(after, handing.now)}, _LATEST)).get(after.id, 0)
    if found.enrolled_since and today + found.enrolled_since >= A_DAY:
        warnings.append(
            f"{found.enrolled_since} of them were enrolled today and count for {after.email}, who has enrolled "
            f"{today}: with {A_DAY} a day nobody more today."
        )
    shown = tuple(await following.movers(unit, handing.whose, SHOWN))
    name = box.name if box else None
    return TakenOver(before.email, after.email, name, found.files, found.open, shown, tuple(warnings))


async def _take_some(unit: Unit, handing: _Handing) -> bool:
    """The next files; False when none are left. Locks: reps, prospects, enrollments, sends (HOUSE)."""
    await choices.lock_reps(unit, [handing.before.id, handing.after.id])
    ids = await following.page(unit, handing.whose, handing.last, BATCH)
    if not ids:
        return False
    loaded = await enrollments.load(unit, ids, lock=True)
    before = {one.id: one for one in loaded if one.rep_id == handing.before.id}
    letters, on_the_wire = await _take_back(unit, list(before), handing.now)
    await following.follow(unit, handing.after.id, {one.id: _home(one, handing) for one in before.values()})
    about = ([one.prospect_id for one in before.values()], list(before))
    invited = await following.follow_with(unit, handing.before.id, handing.after.id, about, handing.now)
    changes = _changes(handing, before, await enrollments.load(unit, before))
    await keep(unit, changes, handing.now)
    handing.last, handing.files = ids[-1], handing.files + len(changes)
    handing.letters, handing.on_the_wire = handing.letters + letters, handing.on_the_wire + on_the_wire
    handing.invited += invited
    handing.recalls_moved += sum(any(line.what == "recall_set" for line in one.effects.consequences) for one in changes)
    return True


async def _take_back(unit: Unit, ids: Sequence[int], now: datetime) -> tuple[int, int]:
    """Withdraw the letters that have not left: they are planned again, under the new name. One that may have
    arrived stays the same letter (R40). How many were withdrawn, and how many are left as they are."""
    waiting = await pending(unit, ids)
    fresh = [one.enrollment_id for one in waiting if one.may_be_withdrawn and one.handed_at is None]
    withdrawn = await sends.withdraw(unit, fresh, "handed_over", now)
    return len(withdrawn), len(waiting) - len(withdrawn)


def _home(one: Open, handing: _Handing) -> int | None:
    """Where the letters of a file leave from now: the new rep's mailbox, unless its campaign names one."""
    if one.terms.campaign.mailbox != "owner":
        return one.mailbox_id
    return handing.box.id if handing.box else None


def _changes(handing: _Handing, before: dict[int, Open], opens: Sequence[Open]) -> list[Change]:
    """Each file as it stands with the new rep, with a line on its timeline (R38)."""
    context, now = handing.context, handing.now
    told = {"from_rep": handing.before.id, "to_rep": handing.after.id, "because": "handover"}
    context = context._replace(data={**context.data, **told})
    changes = []
    for one in opens:
        made = change(one, RepChanged(now, True, before[one.id].terms.rep), context)
        lines = (Consequence("handed_over", now), *made.effects.consequences)
        changes.append(made._replace(effects=made.effects._replace(consequences=lines)))
    return changes


def _invited(handing: _Handing) -> str:
    who = "1 prospect was" if handing.invited == 1 else f"{handing.invited:,} prospects were"
    return f"{who} invited to an appointment by {handing.before.email}: tell them who will call."


_LATEST = datetime(9999, 1, 1, tzinfo=UTC)


def _day_begins(rep: Rep, now: datetime) -> datetime:
    """Midnight of the rep's day, as aware UTC (R4)."""
    zone = zone_named(rep.time_zone or "UTC")
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
