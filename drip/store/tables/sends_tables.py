"""Tables of sends: the duty to get one letter to one prospect, its attempts, and link visits."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from drip.domain.send import FINAL, State
from drip.store.columns import (
    METADATA,
    Json,
    UtcTime,
    check,
    count,
    id_column,
    listed,
    mention,
    one_of,
    reference,
    words,
)

DUE = "state = 'due'"
UNFINISHED = f"state IN ({listed((State.DUE, State.LEASED, State.HANDING))})"
LEASED = f"state IN ({listed((State.LEASED, State.HANDING))})"
# R39. A send that was withdrawn, expired or refused never reached anybody, and its key may be
# planned again after a hold; every other one may still leave, or may have left, and stays unique.
UNIQUE_KEY = f"state NOT IN ({listed((State.WITHDRAWN, State.EXPIRED, State.REFUSED))})"
GONE = f"state IN ({listed((State.ACCEPTED, State.UNCERTAIN))})"
TRIED = f"state IN ({listed((State.ACCEPTED, State.REFUSED))})"
LOST = "lost_at IS NOT NULL"
_FINAL = f"state IN ({listed(FINAL)})"
_SETTLED = f"state IN ({listed(FINAL | {State.UNCERTAIN})})"
_HANDED = f"state IN ({listed((State.HANDING, State.ACCEPTED, State.UNCERTAIN))})"

# Business time: due_at, dated_at, settled_at. Machine time: retry_at, lease_until, handed_at, lost_at.
sends = Table(
    "sends",
    METADATA,
    id_column(),
    reference("enrollment_id", "enrollments"),
    reference("prospect_id", "prospects"),
    reference("mailbox_id", "mailboxes", optional=True),  # None: the letter goes to the shelf
    reference("version_id", "campaign_versions"),
    Column("run", Integer, nullable=False),
    Column("key", Text, nullable=False),  # the step's key, or "closing/<n-th silence>"
    Column("step_key", Text, nullable=False),  # key of the letter: the step's, or "closing"
    Column("n", Integer),  # number of the value email, from 1; None for a closing email
    Column("state", Text, nullable=False, server_default="due"),
    Column("due_at", UtcTime, nullable=False),
    Column("retry_at", UtcTime),
    Column("lease_token", Text),
    Column("lease_until", UtcTime),
    count("attempts"),
    Column("message_id", Text),
    Column("dated_at", UtcTime),
    Column("subject", Text),
    Column("letter_values", Json),  # what the first compose rendered from; retries use the same
    Column("destinations", Json),  # addresses behind the letter's counted links, by index
    Column("outcome_class", Text),
    Column("outcome_code", Text),
    Column("outcome_text", Text),
    Column("handed_at", UtcTime),  # when its handover began, and once settled when it ended: what pace counts
    Column("settled_at", UtcTime),
    Column("lost_at", UtcTime),  # when the last handover ended whose answer was lost, of one that goes again (R40)
    count("lost"),  # how many such handovers there were
    Column("withdrawn_reason", Text),
    Column("planned_at", UtcTime, nullable=False),
    one_of("state", State),
    check("token_while_leased", f"({LEASED}) = (lease_token IS NOT NULL)"),
    check("until_while_leased", f"({LEASED}) = (lease_until IS NOT NULL)"),
    check("time_when_final", f"NOT ({_FINAL}) OR settled_at IS NOT NULL"),
    check("settled_with_time", f"settled_at IS NULL OR {_SETTLED}"),
    check(
        "reason_when_withdrawn",
        "(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)",
    ),
    check(
        "letter_before_handing",
        f"NOT ({_HANDED}) OR (message_id IS NOT NULL AND dated_at IS NOT NULL)",
    ),
    check("time_when_handed", f"NOT ({_HANDED}) OR handed_at IS NOT NULL"),
    check("counts", "run >= 1 AND attempts >= 0 AND coalesce(n, 1) >= 1"),
    Index(
        "uq_sends_enrollment_id_run_key",
        "enrollment_id",
        "run",
        "key",
        unique=True,
        sqlite_where=text(UNIQUE_KEY),
        postgresql_where=text(UNIQUE_KEY),
    ),
    Index(
        "uq_sends_one_unfinished_per_enrollment",
        "enrollment_id",
        unique=True,
        sqlite_where=text(UNFINISHED),
        postgresql_where=text(UNFINISHED),
    ),
    Index(
        "ix_sends_due",
        "mailbox_id",
        "due_at",
        "id",
        sqlite_where=text(DUE),
        postgresql_where=text(DUE),
    ),
    Index(
        "ix_sends_lease",
        "lease_until",
        sqlite_where=text(LEASED),
        postgresql_where=text(LEASED),
    ),
    Index(
        "ix_sends_pace",
        "mailbox_id",
        "handed_at",
        sqlite_where=text(GONE),
        postgresql_where=text(GONE),
    ),
    Index("ix_sends_lost", "mailbox_id", "lost_at", sqlite_where=text(LOST), postgresql_where=text(LOST)),
    Index(
        "ix_sends_settled",
        "mailbox_id",
        "state",
        "settled_at",
        sqlite_where=text(TRIED),
        postgresql_where=text(TRIED),
    ),
    Index(
        "ix_sends_uncertain",
        "mailbox_id",
        sqlite_where=text("state = 'uncertain'"),
        postgresql_where=text("state = 'uncertain'"),
    ),
    Index("ix_sends_tried", "prospect_id", sqlite_where=text(TRIED), postgresql_where=text(TRIED)),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    METADATA,
    id_column(),
    *mention("send_id", "sends"),
    Column("number", Integer, nullable=False),  # from 1
    Column("lease_token", Text, nullable=False),
    Column("outcome", Text),  # accepted, deferred, refused, uncertain, withdrawn; None: not known yet
    Column("phase", Text),
    Column("code", Integer),
    Column("enhanced", Text),
    words("text"),
    Column("began_at", UtcTime, nullable=False),  # machine time
    Column("ended_at", UtcTime),  # machine time
    UniqueConstraint("send_id", "number"),
    check("number_from_one", "number >= 1"),
    check("outcome_when_ended", "(outcome IS NULL) = (ended_at IS NULL)"),
    sqlite_autoincrement=True,
)

JUDGED = ("person", "scanner")

visits = Table(
    "visits",
    METADATA,
    id_column(),
    reference("send_id", "sends"),
    Column("link", Text, nullable=False),
    Column("idx", Integer),  # which destination of the letter, for the link "to"
    Column("at", UtcTime, nullable=False),
    words("user_agent"),
    words("address"),
    Column("method", Text, nullable=False),
    Column("judged", Text, nullable=False),
    one_of("judged", JUDGED),
    Index(None, "send_id", "at"),
    sqlite_autoincrement=True,
)
