"""Create notices: mails to our own people, whom they reach, and from which mailbox."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.sql.elements import conv

from drip.store.columns import Json, Key, UtcTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make them."""
    create_notices()
    for name, columns, condition in INDEXES:
        where = text(condition)
        op.create_index(name, "notices", columns, unique=False, sqlite_where=where, postgresql_where=where)
    op.create_index(op.f("ix_notices_rep_id_made_at"), "notices", ["rep_id", "made_at"], unique=False)
    op.add_column("reps", Column("notices", Json))
    op.add_column("reps", Column("notices_at", UtcTime()))
    op.create_index(op.f("ix_reps_notices_at"), "reps", ["notices_at"], unique=False)
    op.add_column("mailboxes", Column("for_notices", Boolean(), server_default=false(), nullable=False))
    where = text("for_notices")
    op.create_index(
        "uq_mailboxes_for_notices",
        "mailboxes",
        ["for_notices"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_index("uq_mailboxes_for_notices", "mailboxes")
    op.drop_column("mailboxes", "for_notices")
    op.drop_index("ix_reps_notices_at", "reps")
    op.drop_column("reps", "notices_at")
    op.drop_column("reps", "notices")
    op.drop_table("notices")


def create_notices() -> None:
    """The table."""
    op.create_table(
        "notices",
        Column("id", Key, Identity(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("rep_id", Key, nullable=False),
        Column("prospect_id", Key),
        Column("enrollment_id", Key),
        Column("recipient", Text()),
        Column("state", Text(), server_default="due", nullable=False),
        Column("made_at", UtcTime(), nullable=False),
        Column("due_at", UtcTime(), nullable=False),
        Column("until", UtcTime(), nullable=False),
        Column("retry_at", UtcTime()),
        Column("lease_token", Text()),
        Column("lease_until", UtcTime()),
        Column("attempts", Integer(), server_default=text("0"), nullable=False),
        Column("data", Json, server_default="{}", nullable=False),
        Column("letter", Json),
        Column("mailbox_id", Key),
        Column("message_id", Text()),
        Column("dated_at", UtcTime()),
        Column("subject", Text()),
        Column("reason", Text()),
        Column("handed_at", UtcTime()),
        Column("settled_at", UtcTime()),
        *CHECKS,
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_notices_rep_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_notices_prospect_id")),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_notices_enrollment_id")),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_notices_mailbox_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        UniqueConstraint("key", name=op.f("uq_notices_key")),
        sqlite_autoincrement=True,
    )


_HANDED = "NOT (state IN ('accepted', 'handing', 'uncertain'))"
CHECKS = tuple(
    CheckConstraint(condition, name=conv(f"ck_notices_{name}"))
    for name, condition in (
        (
            "known_state",
            "state IN ('accepted', 'due', 'expired', 'handing', 'leased', 'refused', 'uncertain', 'withdrawn')",
        ),
        ("token_while_leased", "(state IN ('handing', 'leased')) = (lease_token IS NOT NULL)"),
        ("until_while_leased", "(state IN ('handing', 'leased')) = (lease_until IS NOT NULL)"),
        ("letter_before_handing", f"{_HANDED} OR (message_id IS NOT NULL AND dated_at IS NOT NULL)"),
        ("time_when_handed", f"{_HANDED} OR handed_at IS NOT NULL"),
        ("attempts_from_zero", "attempts >= 0"),
    )
)
INDEXES = (
    ("ix_notices_due", ["due_at"], "state = 'due'"),
    ("ix_notices_lease", ["lease_until"], "state IN ('handing', 'leased')"),
    ("ix_notices_pace", ["mailbox_id", "handed_at"], "state IN ('accepted', 'uncertain')"),
)
