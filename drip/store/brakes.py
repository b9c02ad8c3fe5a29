"""What brakes count: complaints, dead addresses, and the letters of a mailbox that were tried."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, or_, select, text

from drip.domain.send import State
from drip.store.columns import UtcTime
from drip.store.engine import Unit
from drip.store.prepared import Prepared
from drip.store.tables import enrollments, facts, mailboxes, received, sends
from drip.store.tables.facts_tables import COMPLAINT, SUPPRESSED
from drip.store.tables.sends_tables import TRIED


@dataclass(frozen=True, slots=True)
class Trouble:
    """A complaint or a dead address: the mailbox it concerns, whose it is, and when (business time)."""

    mailbox_id: int
    prospect_id: int
    at: datetime


async def any_cause(unit: Unit, complaints_since: datetime, bounces_since: datetime) -> bool:
    """Whether there is anything to judge: a complaint or a dead address since then, or a mailbox that is warned of;
    by one prepared statement."""
    given = {"complaints_since": complaints_since, "bounces_since": bounces_since}
    return bool(await unit.value(_ANY_CAUSE, given))


async def complaints(unit: Unit, since: datetime) -> list[Trouble]:
    """Complaints about letters of ours since then."""
    return [Trouble(*row) for row in await unit.rows(_COMPLAINTS, {"complaints_since": since})]


async def bounces(unit: Unit, since: datetime) -> list[Trouble]:
    """Addresses found dead since then, by an answer or by a mail that came back (R32)."""
    return [Trouble(*row) for row in await unit.rows(_BOUNCES, {"bounces_since": since})]


async def tried(unit: Unit, mailbox_ids: Collection[int], since: datetime, states: Collection[State]) -> int:
    """Letters of these mailboxes that ended in one of these states (accepted, refused) since then."""
    total = 0
    for mailbox_id in mailbox_ids:
        for state in states:
            given = {"mailbox": mailbox_id, "since": since, "state": str(state)}
            total += await unit.value(_TRIED, given)
    return total


_COMPLAINTS = (
    select(func.coalesce(sends.c.mailbox_id, enrollments.c.mailbox_id), received.c.prospect_id, received.c.at)
    .outerjoin(sends, sends.c.id == received.c.send_id)
    .outerjoin(enrollments, enrollments.c.id == received.c.enrollment_id)
    .where(
        text(f"received.{COMPLAINT}"),
        received.c.at > bindparam("complaints_since", type_=UtcTime),
        func.coalesce(sends.c.mailbox_id, enrollments.c.mailbox_id).is_not(None),
    )
)
_BOUNCES = (
    select(enrollments.c.mailbox_id, facts.c.prospect_id, facts.c.at)
    .join(enrollments, enrollments.c.id == facts.c.enrollment_id)
    .where(
        text(f"facts.{SUPPRESSED}"),
        facts.c.reason == "hard_bounce",
        facts.c.at > bindparam("bounces_since", type_=UtcTime),
        enrollments.c.mailbox_id.is_not(None),
    )
)
_ANY_CAUSE = Prepared(
    select(or_(_COMPLAINTS.exists(), _BOUNCES.exists(), exists().where(mailboxes.c.warning.is_not(None))))
)
_TRIED = select(func.count()).where(
    sends.c.mailbox_id == bindparam("mailbox"),
    sends.c.state == bindparam("state"),
    sends.c.settled_at > bindparam("since", type_=UtcTime),
    text(f"sends.{TRIED}"),
)
