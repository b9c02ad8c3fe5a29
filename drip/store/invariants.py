"""What must never be true of the rows together: each question finds the ids that break it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from drip.domain.enrollment import OPEN_STATES
from drip.domain.enrollment import State as FileState
from drip.domain.send import State
from drip.store.engine import Unit
from drip.store.enrollments import load
from drip.store.failures import UnreadableError
from drip.store.tables import (
    attempts,
    enrollments,
    facts,
    mailboxes,
    prospects,
    reps,
    sends,
    suppressions,
    version_letters,
)

UNFINISHED = (State.DUE, State.LEASED, State.HANDING)
LATE = timedelta(hours=1)  # a scheduler looks each second

_busy = exists().where(sends.c.enrollment_id == enrollments.c.id, sends.c.state.in_(UNFINISHED))
_open = enrollments.c.state.in_(OPEN_STATES)
_stopped = exists().where(
    suppressions.c.lifted_at.is_(None),
    or_(
        suppressions.c.address == prospects.c.email,
        prospects.c.email.endswith("@" + suppressions.c.domain),
    ),
)


# PostgreSQL asks at a deletion only (`columns.mention`).
_told_of_nothing = or_(
    *(
        and_(column.is_not(None), ~exists().where(table.c.id == column))
        for table, column in (
            (prospects, facts.c.prospect_id),
            (enrollments, facts.c.enrollment_id),
            (sends, facts.c.send_id),
            (reps, facts.c.rep_id),
        )
    )
)


async def broken(unit: Unit, now: datetime, limit: int = 20) -> Mapping[str, Sequence[int]]:
    """By code, up to `limit` ids of rows that break an invariant; a code with none is left out."""
    found = {}
    for code, statement in _questions(now).items():
        ids = [row[0] for row in await unit.rows(statement.limit(limit))]
        if ids:
            found[code] = ids
    return found


async def unreadable(unit: Unit, limit: int = 20) -> Mapping[int, Exception]:
    """What is wrong with files the rules cannot be asked of, by id: up to `limit`, among the first 10,000 that
    nobody plans for now."""
    rows = await unit.rows(_UNPLANNED)
    try:
        await load(unit, [row[0] for row in rows])
    except UnreadableError as error:
        return dict(sorted(error.rows.items())[:limit])
    return {}


_UNPLANNED = select(enrollments.c.id).where(_open, enrollments.c.next_at.is_(None)).order_by("id").limit(10_000)


def _questions(now: datetime) -> dict[str, Select[Any]]:
    file, letter = enrollments.c.id, sends.c.id
    waits_for_person = or_(
        enrollments.c.waiting_for.is_not(None),
        enrollments.c.paused_at.is_not(None),
        enrollments.c.recall_came,
        enrollments.c.state == FileState.OPTED_OUT,
    )
    return {
        "adrift": select(file).where(_open, enrollments.c.next_at.is_(None), ~_busy, ~waits_for_person),
        "late": select(file).where(enrollments.c.next_at < now - LATE, ~_busy),
        "twice_waiting": select(file).where(_open, enrollments.c.next_at.is_not(None), _busy),
        "letter_of_closed_file": select(letter)
        .join(enrollments, enrollments.c.id == sends.c.enrollment_id)
        .where(sends.c.state.in_((State.DUE, State.LEASED)), ~_open),
        "letter_to_suppressed": select(letter)
        .join(prospects, prospects.c.id == sends.c.prospect_id)
        .where(sends.c.state.in_((State.DUE, State.LEASED)), _stopped),
        "key_sent_twice": select(func.min(letter))
        .where(sends.c.state.in_((State.ACCEPTED, State.UNCERTAIN)))
        .group_by(sends.c.enrollment_id, sends.c.run, sends.c.key)
        .having(func.count() > 1),
        "uncertain": select(letter).where(sends.c.state == State.UNCERTAIN),
        "opted_out_unsuppressed": select(prospects.c.id).where(prospects.c.opted_out_at.is_not(None), ~_stopped),
        "email_differs": select(file)
        .join(prospects, prospects.c.id == enrollments.c.prospect_id)
        .where(_open, enrollments.c.email != prospects.c.email),
        "letter_missing": select(letter).where(
            sends.c.state.in_((State.DUE, State.LEASED)),
            ~exists().where(
                version_letters.c.version_id == sends.c.version_id, version_letters.c.step_key == sends.c.step_key
            ),
        ),
        "told_of_nothing": select(facts.c.id).where(_told_of_nothing),
        "tried_nothing": select(attempts.c.id).where(~exists().where(sends.c.id == attempts.c.send_id)),
        "mailbox_paused_with_letters": select(mailboxes.c.id).where(
            mailboxes.c.state == "paused",
            exists().where(and_(sends.c.mailbox_id == mailboxes.c.id, sends.c.state.in_(UNFINISHED))),
        ),
    }
