"""The table of enrollments: every field of the domain's picture of one, and when to look again."""

from sqlalchemy import Column, Date, Index, Table, Text, UniqueConstraint, text

from drip.domain.enrollment import OPEN_STATES, CallWindow, State
from drip.store.columns import (
    METADATA,
    Json,
    UtcTime,
    check,
    count,
    flag,
    id_column,
    listed,
    one_of,
    reference,
)

WAITS = ("replied", "asked", "auto_reply")
OPEN = f"state IN ({listed(OPEN_STATES)})"
_RECALL = "(recall_at IS NULL) = (recall_on IS NULL) AND (recall_at IS NULL) = (recall_reason IS NULL)"

enrollments = Table(
    "enrollments",
    METADATA,
    id_column(),
    reference("prospect_id", "prospects"),
    reference("version_id", "campaign_versions"),
    reference("rep_id", "reps"),
    reference("mailbox_id", "mailboxes", optional=True),  # None: letters go to the shelf
    # the terms: who and where the prospect was when enrolled
    Column("email", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("country", Text),
    Column("region", Text),
    Column("call_window", Text, nullable=False),
    Column("qualification", Json, nullable=False),
    Column("fields", Json, nullable=False),
    Column("overrides", Json, nullable=False),
    Column("idempotency_key", Text),
    # the picture
    Column("enrolled_at", UtcTime, nullable=False),
    Column("heard_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("closed_reason", Text),
    count("run", 1),
    count("step"),
    count("sent"),
    Column("interval", Text),  # as written: "6 weeks" (R5)
    Column("anchor_on", Date),
    count("anchor_n", 1),
    Column("sent_at", UtcTime),
    Column("opted_in_at", UtcTime),
    Column("not_before", UtcTime),
    Column("paused_at", UtcTime),
    Column("waiting_for", Text),
    Column("waiting_since", UtcTime),
    Column("absent_until", Date),
    Column("colleague_until", Date),
    Column("mailbox_down_until", UtcTime),
    Column("held_days", Json, nullable=False, server_default="[]"),
    count("silence", 1),
    count("accepted"),
    count("soft_streak"),
    count("soft_n"),
    Column("closing_sent_at", UtcTime),
    flag("closing_bounced"),
    Column("recall_at", UtcTime),
    Column("recall_on", Date),
    Column("recall_reason", Text),
    flag("recall_promised"),
    flag("recall_asked"),
    flag("recall_after_tries"),
    count("recall_tries"),
    flag("recall_came"),
    Column("recall_moved_from", Date),
    Column("held_told", Json, nullable=False, server_default="[]"),
    Column("rep_since", UtcTime),
    # the row is the job
    Column("next_at", UtcTime),  # business time; None: a send, a person or nothing at all is awaited
    Column("closed_at", UtcTime),
    one_of("state", State),
    one_of("call_window", CallWindow),
    one_of("waiting_for", WAITS),
    check("lower_email", "email = lower(email)"),
    check("closed_with_time", f"({OPEN}) = (closed_at IS NULL)"),
    check("closed_with_reason", f"{OPEN} OR closed_reason IS NOT NULL"),
    check("ended_is_never_due", "state <> 'ended' OR next_at IS NULL"),
    check("waiting_since_when", "(waiting_for IS NULL) = (waiting_since IS NULL)"),
    check("closing_was_sent", "state <> 'closing' OR closing_sent_at IS NOT NULL"),
    check("whole_recall", _RECALL),
    check(
        "counts",
        "run >= 1 AND step >= 0 AND sent >= 0 AND silence >= 1 AND accepted >= 0",
    ),
    check("interval_with_unit", "interval IS NULL OR interval LIKE '_% _%'"),
    # Few have a key; PostgreSQL would write every other one into the index too, at each letter.
    UniqueConstraint("idempotency_key").ddl_if(dialect="sqlite"),
    Index(
        "uq_enrollments_one_per_idempotency_key",
        "idempotency_key",
        unique=True,
        postgresql_where=text("idempotency_key IS NOT NULL"),
    ).ddl_if(dialect="postgresql"),
    Index(
        "uq_enrollments_one_open_per_prospect",
        "prospect_id",
        unique=True,
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    Index(None, "prospect_id"),
    Index(
        "ix_enrollments_recall",
        "rep_id",
        "recall_at",
        sqlite_where=text("recall_at IS NOT NULL"),
        postgresql_where=text("recall_at IS NOT NULL"),
    ),
    Index(None, "rep_id", "enrolled_at"),
    Index(
        None,
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
