"""The table of firm appointments: a promised call with its hour, or the meeting that was set."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from drip.store.columns import METADATA, UtcTime, check, count, flag, id_column, one_of, reference

KINDS = ("call", "meeting")
STATES = ("firm", "called_off", "over")
FIRM = "state = 'firm'"

# An appointment keeps its id as long as it is the same one, however often it moves. No words, no addresses.
appointments = Table(
    "appointments",
    METADATA,
    id_column(),
    reference("enrollment_id", "enrollments"),
    reference("rep_id", "reps"),
    Column("kind", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),  # business time
    Column("minutes", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="firm"),
    count("sequence"),  # of RFC 5545: rises with each change
    flag("invited"),  # both were invited by mail, and hear of every change
    Column("changed_at", UtcTime, nullable=False),
    one_of("kind", KINDS),
    one_of("state", STATES),
    check("some_minutes", "minutes > 0"),
    Index(
        "uq_appointments_one_firm_per_enrollment",
        "enrollment_id",
        unique=True,
        sqlite_where=text(FIRM),
        postgresql_where=text(FIRM),
    ),
    sqlite_autoincrement=True,
)
