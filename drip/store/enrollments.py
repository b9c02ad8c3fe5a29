"""Enrollments: pictures of the domain taken out of the database, and put back in batches."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, func, literal_column, select, update

from drip.domain.enrollment import CallWindow, Enrollment, State, Terms
from drip.domain.errors import DripError
from drip.store.alike import insert_alike
from drip.store.batch import among, packed, update_many
from drip.store.campaigns import campaigns_of
from drip.store.columns import unsaid
from drip.store.engine import AnyRow, Kind, Unit
from drip.store.failures import UnreadableError
from drip.store.pictures import PICTURE, READ, TERMS, changed_fields, picture, pictured, terms_of
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, prospects, reps
from drip.store.writes import Write, write


class NewEnrollment(NamedTuple):
    """An enrollment as it is made. `enrollment` is the domain's first picture of it."""

    prospect_id: int
    version_id: int
    rep_id: int
    mailbox_id: int | None
    email: str
    time_zone: str  # an IANA name
    country: str | None
    region: str | None
    call_window: CallWindow
    enrollment: Enrollment
    next_at: datetime | None
    qualification: Mapping[str, Any]
    fields: Mapping[str, str]
    overrides: Mapping[str, str]  # code of the skip to the reason it was overridden for
    idempotency_key: str | None = None


class Open(NamedTuple):
    """An enrollment taken out to be changed: what it is, and what the rules need to know.

    `next_at` is business time: when to look again; `was` the picture as it was loaded. `version` is
    another one after each write, on PostgreSQL; None on SQLite, where nobody writes beside us.
    """

    id: int
    prospect_id: int
    version_id: int
    rep_id: int
    mailbox_id: int | None
    enrollment: Enrollment
    terms: Terms
    next_at: datetime | None
    closed_at: datetime | None
    was: Enrollment
    version: str | None = None

    def after(self, enrollment: Enrollment, next_at: datetime | None, now: datetime) -> "Open":
        """The same one with a new picture; a file that closed in it was closed `now`."""
        closed_at = self.closes(enrollment, now)
        return Open(*self[:5], enrollment, self.terms, next_at, closed_at, self.was, self.version)

    def closes(self, enrollment: Enrollment, now: datetime) -> datetime | None:
        """When its file was closed, if it has this new picture `now`; None while it is open."""
        return None if enrollment.is_open else self.closed_at or now


async def add(unit: Unit, new: Sequence[NewEnrollment]) -> dict[int, int]:
    """Insert enrollments; prospect id to enrollment id of those that came in.

    One stays out whose prospect has an open enrollment (R1), or whose idempotency key was used
    before (R6): the caller acts on the ids returned alone. One prospect comes once in a batch.
    """
    if not new:
        return {}
    begun = {id(one.enrollment): one.enrollment for one in new}  # many begin alike
    pictures = {key: picture(one) for key, one in begun.items()}
    told = {name for one in pictures.values() for name, value in one.items() if value != _UNSAID[name]}
    names = tuple(name for name in PICTURE if name in told)
    shown = {key: tuple(one[name] for name in names) for key, one in pictures.items()}
    rows = [_own(one) + shown[id(one.enrollment)] for one in new]
    inserting = insert_alike(unit.kind, enrollments, (*_OWN, *names), rows, "DO NOTHING", ("prospect_id", "id"))
    return {row[0]: row[1] for row in await unit.rows(*inserting)}


async def load(unit: Unit, ids: Iterable[int], lock: bool = False) -> list[Open]:
    """The enrollments with these ids, in order of id; one that does not exist is left out.

    `lock`: nobody else changes them, or their prospects, before this unit ends. Locks are taken
    in the order of the house: prospects first, then enrollments, ids ascending. Raises UnreadableError.
    """
    wanted = {"ids": sorted(set(ids))}
    return sorted(await _opened(unit, await unit.rows(_by_ids(unit.kind, lock), wanted)), key=lambda one: one.id)


async def readable(unit: Unit, ids: Iterable[int], lock: bool = False) -> dict[int, Open]:
    """Those of `load` of which a picture can be made, by id; `drip doctor` names the others."""
    wanted = set(ids)
    try:
        found = await load(unit, wanted, lock)
    except UnreadableError as error:
        found = await load(unit, wanted - set(error.rows), lock)
    return {one.id: one for one in found}


async def due(unit: Unit, now: datetime, limit: int, since: datetime | None = None) -> list[Open]:
    """Up to `limit` enrollments whose `next_at` has come, the oldest first, locked by this unit.

    Those another unit works on are left out. `since` is a lower bound that spares a look at dead
    rows of the index: what was claimed before it is not seen. Raises UnreadableError.
    """
    parameters = {"now": now, "limit": limit, "since": since} if since else {"now": now, "limit": limit}
    return await _opened(unit, await unit.rows(_due(since is not None), parameters))


async def save(unit: Unit, opens: Sequence[Open]) -> None:
    """Write pictures back, and the touches the prospects got: one statement a batch for each.

    The rows must have been loaded in this unit, with lock or by `due`. Raises MovedError when one
    of them is gone.
    """
    await write(unit, saving(unit, opens))


def saving(unit: Unit, opens: Sequence[Open]) -> list[Write]:
    """The writes of `save`, to be done with others. Only what changed is among them."""
    if not opens:
        return []
    fields = changed_fields((one.was, one.enrollment) for one in opens)
    rows = [
        {"id": one.id, "next_at": one.next_at, "closed_at": one.closed_at, **picture(one.enrollment, fields)}
        for one in opens
    ]
    writes = [Write(update_many(unit.kind, enrollments, tuple(rows[0])[1:]), packed(rows), len(opens), "enrollments")]
    touched: dict[int, date] = {}
    for one in sorted(opens, key=lambda one: one.prospect_id):
        day = one.enrollment.touched_on
        if day is not None and day != one.was.touched_on:
            touched[one.prospect_id] = max(day, touched.get(one.prospect_id, day))
    if touched:
        days = [{"id": key, "touched_on": day} for key, day in touched.items()]
        writes.append(Write(update_many(unit.kind, prospects, ("touched_on",), _LATER), packed(days)))
    return writes


async def set_next(unit: Unit, moments: Mapping[int, datetime | None]) -> None:
    """When to look at these enrollments again, and nothing else of them."""
    rows = [{"id": key, "next_at": moment} for key, moment in sorted(moments.items())]
    if rows:
        await unit.moved(update_many(unit.kind, enrollments, ("next_at",)), packed(rows))


async def free_key(unit: Unit, enrollment_id: int) -> None:
    """Let the idempotency key of one that was made by mistake be used again: it counts nowhere (R6)."""
    mine = (enrollments.c.id == enrollment_id, enrollments.c.state == State.ENDED)
    await unit.run(update(enrollments).where(*mine).values(idempotency_key=None))


_OWN = (
    "prospect_id",
    "version_id",
    "rep_id",
    "mailbox_id",
    *TERMS,
    "qualification",
    "fields",
    "overrides",
    "idempotency_key",
    "next_at",
)
_own = attrgetter(*_OWN)
_UNSAID = {name: unsaid(enrollments.c[name]) for name in PICTURE}  # nearly all, of one that begins
_KEPT = ("id", "prospect_id", "version_id", "rep_id", "mailbox_id", *TERMS, *READ, "next_at", "closed_at")
_PICTURED = slice(_KEPT.index(READ[0]), _KEPT.index(READ[-1]) + 1)
VERSION = literal_column("CAST(enrollments.xmin AS text)", Text).label("version")
_LISTS = ("held_days", "held_told")  # NULL where they are empty, as most are: nothing is read sooner
_EMPTY: Any = literal_column("'[]'")
_CELLS = {name: (prospects if name == "touched_on" else enrollments).c[name] for name in _KEPT} | {
    name: func.nullif(enrollments.c[name], _EMPTY, type_=enrollments.c[name].type).label(name) for name in _LISTS
}
_READ = (*_CELLS.values(), reps.c.times.label("rep_times"))
_OPENED = select(*_READ).select_from(enrollments.join(prospects).join(reps, reps.c.id == enrollments.c.rep_id))
_LATER = "t.touched_on IS NULL OR t.touched_on < v.touched_on"


@lru_cache
def _by_ids(kind: Kind, lock: bool) -> Prepared:
    statement = _OPENED.where(among(kind, enrollments.c.id))
    if kind == "postgresql":
        statement = statement.add_columns(VERSION)
    if not lock:
        return Prepared(statement)
    # Whoever waits for a prospect holds none with a higher id, and an enrollment is locked after its prospect only.
    ordered = statement.order_by(prospects.c.id, enrollments.c.id)
    return Prepared(ordered.with_for_update(of=(prospects, enrollments), key_share=True))


@lru_cache
def _due(bounded: bool) -> Prepared:
    moment = enrollments.c.next_at
    statement = _OPENED.where(moment <= bindparam("now"))
    if bounded:
        statement = statement.where(moment >= bindparam("since"))
    statement = statement.order_by(moment).limit(bindparam("limit"))
    return Prepared(statement.with_for_update(of=enrollments, key_share=True, skip_locked=True))


async def _opened(unit: Unit, rows: Sequence[AnyRow]) -> list[Open]:
    declared = await campaigns_of(unit, {row.version_id for row in rows})
    opens: list[Open] = []
    unreadable: dict[int, Exception] = {}
    pictures = _Pictures()
    for row in rows:
        try:
            opens.append(_open(row, pictures.of(row), terms_of(row, declared[row.version_id])))
        except (DripError, ValueError, TypeError) as error:
            unreadable[row.id] = error
    if unreadable:
        raise UnreadableError(unreadable)
    return opens


class _Pictures:
    """What rows hold of their enrollments; the same object for one as for the row before, where it is alike, as are
    those that were enrolled by one list."""

    def __init__(self) -> None:
        self._cells: Any = None
        self._last: Enrollment | None = None

    def of(self, row: AnyRow) -> Enrollment:
        """The picture in a row."""
        cells = row[_PICTURED]
        if self._last is None or cells != self._cells:
            self._last, self._cells = pictured(cells), cells
        return self._last


def _open(row: AnyRow, loaded: Enrollment, terms: Terms) -> Open:
    version, keys = getattr(row, "version", None), (row.id, row.prospect_id, row.version_id, row.rep_id, row.mailbox_id)
    return Open(*keys, loaded, terms, row.next_at, row.closed_at, loaded, version)
