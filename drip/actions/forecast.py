"""Forecast: who gets what, when and from whom, and which calls fall due, if nothing else happens (R41)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from drip.actions.forecasting.expected import LETTERS, Coming, Moments, expected
from drip.actions.forecasting.loads import Load, Loads
from drip.actions.pause_mailbox import find_mailbox
from drip.actions.which_rep import find_rep
from drip.actions.whose import NotFoundError
from drip.domain.pace import LENGTH, Span, domain_of
from drip.domain.window import closes_after
from drip.store import ahead, campaigns, leases, mailboxes, reps
from drip.store.ahead import Start, Which
from drip.store.engine import Store, Unit
from drip.store.mailboxes import Mailbox
from drip.store.reps import Rep

PAGE = 500  # enrollments looked at in one short unit
Seen = Callable[[int, int], None]
Tell = Callable[[Coming], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """How many weeks from now, and of whom: a rep's address, a mailbox's name, a campaign's key; None: all."""

    weeks: int = 4
    rep: str | None = None
    mailbox: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody a forecast can be about, by id."""

    reps: Mapping[int, Rep]
    mailboxes: Mapping[int, Mailbox]

    def mailbox_of(self, start: Start) -> Mailbox | None:
        """Where an enrollment's letters leave from; None: they go to the maildir."""
        found = start.open.mailbox_id
        return self.mailboxes.get(found) if found is not None else self.first_of(start.open.rep_id)

    def first_of(self, rep_id: int) -> Mailbox | None:
        """The mailbox a rep writes from: the first one added."""
        own = [one.id for one in self.mailboxes.values() if one.rep_id == rep_id]
        return self.mailboxes[min(own)] if own else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The span of a forecast (aware UTC), who there is, what every mailbox's days hold against its pace,
    and how many enrollments could not be read."""

    begins: datetime
    ends: datetime
    team: Team
    loads: Mapping[tuple[int | None, date], Load]
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Foreseeing:
    """What is the same for every enrollment."""

    asked: Which
    team: Team
    moments: Moments
    loads: Loads
    tell: Tell

    def foresee(self, start: Start) -> None:
        """Tell what comes to an enrollment, and count its letters."""
        box = self.team.mailbox_of(start)
        ident, stopped = (box.id, box.stopped) if box else (None, None)
        told = self._is_asked_for(start, ident)
        for one in expected(start, self.moments, ident, stopped):
            if one.kind in LETTERS and not one.waits:
                limited = self.loads.is_limited(ident)
                at = one.at.replace(second=0, microsecond=0)
                self.loads.count(one, closes_after(start.open.terms, at) if limited else None)
            if told:
                self.tell(one)

    def _is_asked_for(self, start: Start, mailbox_id: int | None) -> bool:
        asked, campaign = self.asked, start.open.terms.campaign
        return (
            asked.rep_id in (None, start.open.rep_id)
            and asked.mailbox_id in (None, mailbox_id)
            and asked.campaign_key in (None, campaign.key)
        )


async def forecast(
    store: Store, asked: Asked, now: datetime, machine: datetime, tell: Tell, seen: Seen = lambda done, of: None
) -> Forecast:
    """Tell everything that comes in the weeks from `now`, one enrollment after the other; nothing is written.

    `now` is business time, `machine` the clock of a single process. `seen` hears how many enrollments of
    how many were looked at. Raises NotFoundError for a rep, mailbox or campaign that is not there.
    """
    async with store.reading() as unit:
        moments = Moments(now, now + timedelta(weeks=asked.weeks), await leases.machine_time(unit, machine))
        team = await team_of(unit)
        which = await _which(unit, asked, team)
        loads = await _loads(unit, asked, team, moments)
        total = await ahead.count(unit, which, moments.end)
    foreseeing = _Foreseeing(which, team, moments, loads, tell)
    after = looked_at = unreadable = 0
    seen(0, total)
    while True:
        async with store.reading() as unit:
            ids, starts = await ahead.page(unit, which, moments.end, after, PAGE)
        if not ids:
            return Forecast(moments.now, moments.end, team, loads.each_day(), unreadable)
        for start in starts:
            foreseeing.foresee(start)
        after, looked_at, unreadable = ids[-1], looked_at + len(ids), unreadable + len(ids) - len(starts)
        seen(looked_at, max(looked_at, total))


async def team_of(unit: Unit) -> Team:
    """Everybody there is."""
    return Team(
        {one.id: one for one in await reps.listing(unit)}, {one.id: one for one in await mailboxes.listing(unit)}
    )


async def _which(unit: Unit, asked: Asked, team: Team) -> Which:
    """Whom to look at. Raises NotFoundError."""
    rep_id = mailbox_id = homeless_of = None
    if asked.rep is not None:
        rep_id = (await find_rep(unit, asked.rep)).id
    if asked.mailbox is not None:
        box = await find_mailbox(unit, asked.mailbox)
        first = team.first_of(box.rep_id) if box.rep_id is not None else None
        mailbox_id, homeless_of = box.id, box.rep_id if first == box else None
    if asked.campaign is not None and await campaigns.newest(unit, asked.campaign) is None:
        known = ", ".join(one.key for one in await campaigns.listing(unit)) or "none yet; `drip campaign publish`"
        raise NotFoundError(f'No campaign "{asked.campaign}" is published. Published: {known}.')
    which = Which(rep_id, mailbox_id, homeless_of, asked.campaign)
    if rep_id is None and asked.campaign is None:
        return which
    limited = frozenset(one.id for one in team.mailboxes.values() if _pace_is_kept(one))
    return replace(which, beside=limited & await ahead.mailboxes_of(unit, which))


async def _loads(unit: Unit, asked: Asked, team: Team, moments: Moments) -> Loads:
    """Nothing foreseen yet, but what has left in the last 24 hours."""
    loads = Loads(moments.now, asked.weeks)
    for box in team.mailboxes.values():
        if _pace_is_kept(box):
            gone = await ahead.gone_since(unit, box.id, moments.machine - LENGTH[Span.DAY])
            loads.add(box, [(moments.now - (moments.machine - at), domain_of(email)) for at, email in gone])
    return loads


def _pace_is_kept(box: Mailbox) -> bool:
    limits = (box.per_minute, box.per_day, box.warm_up)
    return any(one is not None for one in limits) or bool(box.domain_pace)
