"""The table of notices: mails to our own people, and invitations, each made once and delivered once."""

from sqlalchemy import Column, Index, Table, Text, text

from drip.store.columns import METADATA, Json, UtcTime, check, count, id_column, listed, one_of, reference

STATES = ("due", "leased", "handing", "accepted", "refused", "uncertain", "withdrawn", "expired")
DUE = "state = 'due'"
LEASED = "state IN ('handing', 'leased')"
GONE = "state IN ('accepted', 'uncertain')"
_HANDED = f"state IN ({listed(('handing', 'accepted', 'uncertain'))})"

# Business time: due_at, until, dated_at, settled_at, made_at. Machine time: retry_at, lease_until, handed_at.
notices = Table(
    "notices",
    METADATA,
    id_column(),
    Column("kind", Text, nullable=False),  # alert, morning, weekly, or what an action made to be sent as it is
    Column("key", Text, nullable=False, unique=True),  # what makes it the same notice: never two of one
    reference("rep_id", "reps"),  # whom it is for, or whose mailbox it goes from
    reference("prospect_id", "prospects", optional=True),
    reference("enrollment_id", "enrollments", optional=True),
    Column("recipient", Text),  # None: the rep's own address
    Column("state", Text, nullable=False, server_default="due"),
    Column("made_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),  # from then on it is of no use any more
    Column("retry_at", UtcTime),
    Column("lease_token", Text),
    Column("lease_until", UtcTime),
    count("attempts"),
    Column("data", Json, nullable=False, server_default="{}"),  # ids and codes of what it is about
    Column("letter", Json),  # what the first compose wrote; a retry is the same letter. None once it is final
    reference("mailbox_id", "mailboxes", optional=True),  # None: the shelf, or not composed yet
    Column("message_id", Text),
    Column("dated_at", UtcTime),
    Column("subject", Text),
    Column("reason", Text),  # why it waits, was withdrawn or given up; what the server said
    Column("handed_at", UtcTime),
    Column("settled_at", UtcTime),
    one_of("state", STATES),
    check("token_while_leased", f"({LEASED}) = (lease_token IS NOT NULL)"),
    check("until_while_leased", f"({LEASED}) = (lease_until IS NOT NULL)"),
    check("letter_before_handing", f"NOT ({_HANDED}) OR (message_id IS NOT NULL AND dated_at IS NOT NULL)"),
    check("time_when_handed", f"NOT ({_HANDED}) OR handed_at IS NOT NULL"),
    check("attempts_from_zero", "attempts >= 0"),
    Index("ix_notices_due", "due_at", sqlite_where=text(DUE), postgresql_where=text(DUE)),
    Index("ix_notices_lease", "lease_until", sqlite_where=text(LEASED), postgresql_where=text(LEASED)),
    Index("ix_notices_pace", "mailbox_id", "handed_at", sqlite_where=text(GONE), postgresql_where=text(GONE)),
    Index(None, "rep_id", "made_at"),
    sqlite_autoincrement=True,
)
