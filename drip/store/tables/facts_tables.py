"""Tables of what happened: facts (append-only), mail received, and tasks for people."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, text

from drip.store.columns import (
    METADATA,
    Json,
    UtcTime,
    check,
    id_column,
    mention,
    one_of,
    reference,
    words,
)

RECEIVED = ("reply", "auto_reply", "bounce", "complaint", "opt_out", "unplaced")
SUPPRESSED = "what = 'suppressed'"
COMPLAINT = "kind = 'complaint'"

# A trigger refuses UPDATE and DELETE (R38). No names, addresses or words: those can be erased.
facts = Table(
    "facts",
    METADATA,
    id_column(),
    Column("at", UtcTime, nullable=False),  # business time
    Column("what", Text, nullable=False),
    *mention("prospect_id", "prospects", optional=True),
    *mention("enrollment_id", "enrollments", optional=True),
    *mention("send_id", "sends", optional=True),
    *mention("rep_id", "reps", optional=True),
    Column("who", Text, nullable=False),
    Column("reason", Text),
    Column("data", Json, nullable=False, server_default="{}"),
    Index(None, "prospect_id", "at", "id"),
    Index(None, "enrollment_id", "at"),
    Index("ix_facts_suppressed", "at", sqlite_where=text(SUPPRESSED), postgresql_where=text(SUPPRESSED)),
    sqlite_autoincrement=True,
)

received = Table(
    "received",
    METADATA,
    id_column(),
    Column("kind", Text, nullable=False),
    reference("prospect_id", "prospects", optional=True),
    reference("enrollment_id", "enrollments", optional=True),
    reference("send_id", "sends", optional=True),
    Column("at", UtcTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    words("note"),
    Column("back_on", Date),  # an auto-reply's stated day of return
    Column("message_id", Text, unique=True),
    one_of("kind", RECEIVED),
    check("placed", "kind = 'unplaced' OR prospect_id IS NOT NULL"),
    Index(None, "prospect_id", "at"),
    Index("ix_received_complaints", "at", sqlite_where=text(COMPLAINT), postgresql_where=text(COMPLAINT)),
    sqlite_autoincrement=True,
)

tasks = Table(
    "tasks",
    METADATA,
    id_column(),
    Column("code", Text, nullable=False),
    reference("prospect_id", "prospects"),
    reference("enrollment_id", "enrollments", optional=True),
    reference("rep_id", "reps", optional=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
    Column("done_by", Text),
    check("done_by_somebody", "(done_at IS NULL) = (done_by IS NULL)"),
    Index(
        "uq_tasks_one_open_per_prospect_and_code",
        "prospect_id",
        "code",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    Index(
        "ix_tasks_open",
        "rep_id",
        "opened_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

business_time = Table(
    "business_time",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("now", UtcTime, nullable=False),
    check("one_row", "id = 1"),
)
