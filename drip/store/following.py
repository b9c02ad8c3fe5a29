"""Let one rep follow another: whose files they are, and all that hangs on them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, update

from drip.domain.enrollment import OPEN_STATES, State
from drip.store.batch import among, packed, update_many
from drip.store.engine import Unit
from drip.store.tables import appointments, campaign_versions, campaigns, enrollments, prospects, tasks


@dataclass(frozen=True, slots=True)
class Whose:
    """Which of a rep's files: of these prospects (addresses in lower case), of one campaign; None does not matter."""

    rep_id: int
    emails: tuple[str, ...] | None = None
    campaign_key: str | None = None


@dataclass(frozen=True, slots=True)
class Mover:
    """A file that moves. `recall_on` is the day of the call that is owed, with its reason."""

    enrollment_id: int
    email: str
    first_name: str
    last_name: str
    campaign: str
    state: str
    recall_on: date | None
    recall_reason: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many files move: all, the open ones, and those enrolled since a moment; `versions` they are on."""

    files: int
    open: int
    enrolled_since: int
    versions: tuple[int, ...]


async def counted(unit: Unit, whose: Whose, since: datetime) -> Counted:
    """What moves, in figures."""
    is_open = enrollments.c.state.in_(OPEN_STATES)
    figures = select(
        func.count(),
        func.count().filter(is_open),
        func.count().filter(enrollments.c.enrolled_at >= since, enrollments.c.state != State.ENDED),
    ).select_from(_FILES)
    row = await unit.row(figures.where(*_mine(whose)))
    assert row is not None
    found = await unit.rows(select(enrollments.c.version_id).select_from(_FILES).where(*_mine(whose)).distinct())
    return Counted(row[0], row[1], row[2], tuple(sorted(version[0] for version in found)))


async def movers(unit: Unit, whose: Whose, limit: int) -> list[Mover]:
    """The first of those who move, the open files first."""
    columns = (
        *(enrollments.c.id, enrollments.c.email, prospects.c.first_name, prospects.c.last_name, campaigns.c.key),
        *(enrollments.c.state, enrollments.c.recall_on, enrollments.c.recall_reason),
    )
    first = enrollments.c.state.not_in(OPEN_STATES)
    statement = select(*columns).select_from(_FILES).where(*_mine(whose)).order_by(first, enrollments.c.id)
    return [Mover(*row) for row in await unit.rows(statement.limit(limit))]


async def page(unit: Unit, whose: Whose, after: int, limit: int) -> list[int]:
    """Ids of the files that move, above `after`."""
    mine = select(enrollments.c.id).select_from(_FILES).where(enrollments.c.id > after, *_mine(whose))
    return [row[0] for row in await unit.rows(mine.order_by(enrollments.c.id).limit(limit))]


async def unknown(unit: Unit, whose: Whose) -> list[str]:
    """Those of the addresses that have no file with this rep."""
    if whose.emails is None:
        return []
    found = await unit.rows(select(prospects.c.email).select_from(_FILES).where(*_mine(whose)))
    return sorted(set(whose.emails) - {row[0] for row in found})


async def follow(unit: Unit, rep_id: int, homes: Mapping[int, int | None]) -> None:
    """Give files, which this unit has locked, to a rep; each with the mailbox its letters go from now on."""
    rows = [{"id": key, "rep_id": rep_id, "mailbox_id": home} for key, home in sorted(homes.items())]
    if rows:
        await unit.moved(update_many(unit.kind, enrollments, ("rep_id", "mailbox_id")), packed(rows))


async def follow_with(
    unit: Unit, before: int, after: int, about: tuple[Collection[int], Collection[int]], now: datetime
) -> int:
    """Let what hangs on files follow: ownership and open tasks of these prospects, firm appointments to come of
    these enrollments. `about` are both their ids; to how many of the appointments the prospects were invited."""
    people, files = ({"ids": sorted(set(ids))} for ids in about)
    owned = update(prospects).where(among(unit.kind, prospects.c.id), prospects.c.owner_rep_id == before)
    await unit.run(owned.values(owner_rep_id=after), people)
    mine = (among(unit.kind, tasks.c.prospect_id), tasks.c.rep_id == before, tasks.c.done_at.is_(None))
    await unit.run(update(tasks).where(*mine).values(rep_id=after), people)
    firm = (
        among(unit.kind, appointments.c.enrollment_id),
        appointments.c.rep_id == before,
        appointments.c.state == "firm",
        appointments.c.starts_at > now,
    )
    moved = update(appointments).where(*firm).values(rep_id=after, sequence=appointments.c.sequence + 1, changed_at=now)
    return sum(row[0] for row in await unit.rows(moved.returning(appointments.c.invited), files))


_FILES = (
    enrollments.join(prospects, prospects.c.id == enrollments.c.prospect_id)
    .join(campaign_versions, campaign_versions.c.id == enrollments.c.version_id)
    .join(campaigns, campaigns.c.id == campaign_versions.c.campaign_id)
)


def _mine(whose: Whose) -> list[ColumnElement[bool]]:
    """Files that ended are history and stay with who ended them; a closed one may open again (R29)."""
    mine = [enrollments.c.rep_id == whose.rep_id, enrollments.c.state.not_in((State.ENDED, State.WON))]
    if whose.emails is not None:
        mine.append(prospects.c.email.in_(whose.emails))
    if whose.campaign_key is not None:
        mine.append(campaigns.c.key == whose.campaign_key)
    return mine
