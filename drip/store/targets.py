"""Find the prospect and the enrollment that something is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, literal_column, or_, select, text

from drip.domain.enrollment import OPEN_STATES, State
from drip.store import prospects as people
from drip.store.batch import among
from drip.store.columns import listed
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import companies, enrollments, prospects, sends


@dataclass(frozen=True, slots=True)
class Target:
    """A prospect and, where one was named or led to, an enrollment."""

    prospect_id: int
    email: str
    enrollment_id: int | None = None


async def by_email(unit: Unit, email: str) -> Target | None:
    """The prospect with this address, in lower case."""
    return await _find(unit, prospects.c.email == email)


async def by_prospect(unit: Unit, prospect_id: int) -> Target | None:
    """The prospect with this id."""
    return await _find(unit, prospects.c.id == prospect_id)


async def by_enrollment(unit: Unit, enrollment_id: int) -> Target | None:
    """An enrollment and its prospect."""
    row = await unit.row(_BY_ENROLLMENT, {"enrollment": enrollment_id})
    return None if row is None else Target(*row)


async def by_send(unit: Unit, send_id: int) -> Target | None:
    """The enrollment a letter belongs to, and its prospect."""
    row = await unit.row(_BY_SEND, {"send": send_id})
    return None if row is None else Target(*row)


async def hearing(unit: Unit, prospect_id: int, named: int | None) -> int | None:
    """The enrollment that what was heard belongs to: the open one, else the one named, else the
    last that was not a mistake (R29). None: there is none."""
    found: int | None = await unit.value(_HEARING, {"prospect": prospect_id, "named": named or 0})
    return found


async def steered(unit: Unit, prospect_id: int, named: int | None) -> int | None:
    """The enrollment a person steers: the one named, else the open one, else the newest of all.

    None: there is none.
    """
    state, ident = enrollments.c.state, enrollments.c.id
    rank = case((ident == (named or 0), 0), (state.in_(OPEN_STATES), 1), else_=2)
    statement = select(ident).where(enrollments.c.prospect_id == prospect_id).order_by(rank, ident.desc()).limit(1)
    found: int | None = await unit.value(statement)
    return found


async def has_recall(unit: Unit, enrollment_id: int) -> bool:
    """Whether somebody owes a call for this enrollment."""
    return await unit.value(_HAS_RECALL, {"enrollment": enrollment_id}) is not None


async def closed_files(unit: Unit, prospect_id: int, other_than: int) -> list[int]:
    """The prospect's closed files, which a hearing could open again (R29)."""
    statement = select(enrollments.c.id).where(
        enrollments.c.prospect_id == prospect_id,
        enrollments.c.state == State.CLOSED,
        enrollments.c.id != other_than,
    )
    return [row[0] for row in await unit.rows(statement)]


async def of_company(unit: Unit, prospect_id: int) -> tuple[str, list[int]] | None:
    """The domain of the prospect's company, and the files of its other prospects that are open.

    None where the prospect has no company, or the company no domain (R34).
    """
    person, other = prospects.alias("person"), prospects.alias("other")
    domain = await unit.value(
        select(companies.c.domain).join(person, person.c.company_id == companies.c.id).where(person.c.id == prospect_id)
    )
    if domain is None:
        return None
    statement = (
        select(enrollments.c.id)
        .join(other, other.c.id == enrollments.c.prospect_id)
        .join(person, person.c.company_id == other.c.company_id)
        .where(
            person.c.id == prospect_id,
            other.c.id != prospect_id,
            enrollments.c.state.in_(OPEN_STATES),
        )
        .order_by(enrollments.c.id)
    )
    return domain, [row[0] for row in await unit.rows(statement)]


async def open_files(unit: Unit, address_or_domain: str, other_than: int = 0) -> list[int]:
    """The open files an address or a whole domain has, subdomains included; without those of the
    prospect `other_than`."""
    what = address_or_domain
    mine = prospects.c.email == what if "@" in what else _at(what)
    statement = (
        select(enrollments.c.id)
        .join(prospects, prospects.c.id == enrollments.c.prospect_id)
        .where(mine, prospects.c.id != other_than, enrollments.c.state.in_(OPEN_STATES))
        .order_by(enrollments.c.id)
    )
    return [row[0] for row in await unit.rows(statement)]


async def is_anybody_at(unit: Unit, domain: str) -> bool:
    """Whether any prospect has an address at a domain, subdomains included."""
    return await unit.value(select(prospects.c.id).where(_at(domain)).limit(1)) is not None


async def lock_people(unit: Unit, enrollment_ids: Sequence[int], *more: int) -> None:
    """Lock the prospects of these enrollments, and those with the ids `more`, all ascending (HOUSE, "Lock
    order"), before any of their enrollments is locked."""
    statement = select(enrollments.c.prospect_id).where(among(unit.kind, enrollments.c.id))
    rows = await unit.rows(statement, {"ids": list(enrollment_ids)})
    await people.lock(unit, {*more, *(row[0] for row in rows)})


async def of_mailbox(unit: Unit, mailbox_id: int | None, after: int, limit: int) -> list[int]:
    """Open files whose letters go through a mailbox, with ids above `after`."""
    named = enrollments.c.mailbox_id
    statement = (
        select(enrollments.c.id)
        .where(
            named.is_(None) if mailbox_id is None else named == mailbox_id,
            enrollments.c.state.in_(OPEN_STATES),
            enrollments.c.id > after,
        )
        .order_by(enrollments.c.id)
        .limit(limit)
    )
    return [row[0] for row in await unit.rows(statement)]


async def of_rep(unit: Unit, rep_id: int, after: int, limit: int) -> list[int]:
    """A rep's open files, and closed ones whose call is still owed, with ids above `after`."""
    state = enrollments.c.state
    owed = and_(enrollments.c.recall_at.is_not(None), state.not_in((State.ENDED, State.WON)))
    mine = (enrollments.c.rep_id == rep_id, enrollments.c.id > after, or_(state.in_(OPEN_STATES), owed))
    return [
        row[0] for row in await unit.rows(select(enrollments.c.id).where(*mine).order_by(enrollments.c.id).limit(limit))
    ]


async def _find(unit: Unit, condition: ColumnElement[Any]) -> Target | None:
    row = await unit.row(select(prospects.c.id, prospects.c.email).where(condition))
    return None if row is None else Target(*row)


# Asked for every page somebody opens, and for every call: built once, with the states written out.
_BY_SEND = Prepared(
    select(prospects.c.id, prospects.c.email, sends.c.enrollment_id)
    .join(sends, sends.c.prospect_id == prospects.c.id)
    .where(sends.c.id == bindparam("send"))
)
_BY_ENROLLMENT = Prepared(
    select(prospects.c.id, prospects.c.email, enrollments.c.id)
    .join(enrollments, enrollments.c.prospect_id == prospects.c.id)
    .where(enrollments.c.id == bindparam("enrollment"))
)
_HAS_RECALL = Prepared(
    select(enrollments.c.id).where(enrollments.c.id == bindparam("enrollment"), enrollments.c.recall_at.is_not(None))
)
_HEARING = Prepared(
    select(enrollments.c.id)
    .where(enrollments.c.prospect_id == bindparam("prospect"), text(f"enrollments.state <> '{State.ENDED}'"))
    .order_by(
        case(
            (text(f"enrollments.state IN ({listed(sorted(OPEN_STATES))})"), literal_column("0")),
            (enrollments.c.id == bindparam("named"), literal_column("1")),
            else_=literal_column("2"),
        ),
        enrollments.c.id.desc(),
    )
    .limit(literal_column("1"))
)


def _at(domain: str) -> ColumnElement[bool]:
    ends = (f"@{domain}", f".{domain}")
    return or_(*(prospects.c.email.endswith(one, autoescape=True) for one in ends))
