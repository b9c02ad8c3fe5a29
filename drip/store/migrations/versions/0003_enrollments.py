"""Create enrollments, one open at a time for each prospect."""

from typing import Any

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Constraint,
    Date,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    false,
    text,
)

from drip.store.columns import Json, Key, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
    create_enrollments()
    make_enrollments_unique()
    index_enrollments()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("enrollments")


def enrollments_terms() -> list[Column[Any]]:
    """Who and where the prospect was when enrolled, and what was agreed."""
    return [
        Column("id", Key, Identity(), nullable=False),
        Column("prospect_id", Key, nullable=False),
        Column("version_id", Key, nullable=False),
        Column("rep_id", Key, nullable=False),
        Column("mailbox_id", Key),
        Column("email", Text(), nullable=False),
        Column("time_zone", Text(), nullable=False),
        Column("country", Text()),
        Column("region", Text()),
        Column("call_window", Text(), nullable=False),
        Column("qualification", Json, nullable=False),
        Column("fields", Json, nullable=False),
        Column("overrides", Json, nullable=False),
        Column("idempotency_key", Text()),
    ]


def enrollments_drip() -> list[Column[Any]]:
    """Where the drip stands, and what holds it."""
    return [
        Column("enrolled_at", UtcTime(), nullable=False),
        Column("heard_at", UtcTime(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("closed_reason", Text()),
        Column("run", Integer(), server_default=text("1"), nullable=False),
        Column("step", Integer(), server_default=text("0"), nullable=False),
        Column("sent", Integer(), server_default=text("0"), nullable=False),
        Column("interval", Text()),
        Column("anchor_on", Date()),
        Column("anchor_n", Integer(), server_default=text("1"), nullable=False),
        Column("sent_at", UtcTime()),
        Column("opted_in_at", UtcTime()),
        Column("not_before", UtcTime()),
        Column("paused_at", UtcTime()),
        Column("waiting_for", Text()),
        Column("waiting_since", UtcTime()),
        Column("absent_until", Date()),
        Column("colleague_until", Date()),
        Column("mailbox_down_until", UtcTime()),
        Column("held_days", Json, server_default="[]", nullable=False),
    ]


def enrollments_silence() -> list[Column[Any]]:
    """The silence, the recall, and when to look again."""
    return [
        Column("silence", Integer(), server_default=text("1"), nullable=False),
        Column("accepted", Integer(), server_default=text("0"), nullable=False),
        Column("soft_streak", Integer(), server_default=text("0"), nullable=False),
        Column("soft_n", Integer(), server_default=text("0"), nullable=False),
        Column("closing_sent_at", UtcTime()),
        Column("closing_bounced", Boolean(), server_default=false(), nullable=False),
        Column("recall_at", UtcTime()),
        Column("recall_on", Date()),
        Column("recall_reason", Text()),
        Column("recall_promised", Boolean(), server_default=false(), nullable=False),
        Column("recall_asked", Boolean(), server_default=false(), nullable=False),
        Column("recall_after_tries", Boolean(), server_default=false(), nullable=False),
        Column("recall_tries", Integer(), server_default=text("0"), nullable=False),
        Column("recall_came", Boolean(), server_default=false(), nullable=False),
        Column("held_told", Json, server_default="[]", nullable=False),
        Column("next_at", UtcTime()),
        Column("closed_at", UtcTime()),
    ]


def enrollments_rules() -> list[Constraint]:
    """What makes impossible rows impossible."""
    return [
        CheckConstraint(
            "(state IN ('closing', 'completed', 'dripping', 'opted_out')) = (closed_at IS NULL)",
            name=op.f("ck_enrollments_closed_with_time"),
        ),
        CheckConstraint("call_window IN ('any', 'early', 'late')", name=op.f("ck_enrollments_known_call_window")),
        CheckConstraint("interval IS NULL OR interval LIKE '_% _%'", name=op.f("ck_enrollments_interval_with_unit")),
        CheckConstraint(
            "state <> 'closing' OR closing_sent_at IS NOT NULL", name=op.f("ck_enrollments_closing_was_sent")
        ),
        CheckConstraint("state <> 'ended' OR next_at IS NULL", name=op.f("ck_enrollments_ended_is_never_due")),
        CheckConstraint(
            "state IN ('closed', 'closing', 'completed', 'dripping', 'ended', 'opted_out', 'undeliverable', 'won')",
            name=op.f("ck_enrollments_known_state"),
        ),
        CheckConstraint(
            "state IN ('closing', 'completed', 'dripping', 'opted_out') OR closed_reason IS NOT NULL",
            name=op.f("ck_enrollments_closed_with_reason"),
        ),
        CheckConstraint(
            "waiting_for IN ('asked', 'auto_reply', 'replied')", name=op.f("ck_enrollments_known_waiting_for")
        ),
        CheckConstraint(
            "(recall_at IS NULL) = (recall_on IS NULL) AND (recall_at IS NULL) = (recall_reason IS NULL)",
            name=op.f("ck_enrollments_whole_recall"),
        ),
        CheckConstraint(
            "(waiting_for IS NULL) = (waiting_since IS NULL)", name=op.f("ck_enrollments_waiting_since_when")
        ),
        CheckConstraint("email = lower(email)", name=op.f("ck_enrollments_lower_email")),
        CheckConstraint(
            "run >= 1 AND step >= 0 AND sent >= 0 AND silence >= 1 AND accepted >= 0",
            name=op.f("ck_enrollments_counts"),
        ),
    ]


def enrollments_keys() -> list[Constraint]:
    """What it refers to, and what is there once."""
    return [
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_enrollments_mailbox_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_enrollments_prospect_id")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_enrollments_rep_id")),
        ForeignKeyConstraint(["version_id"], ["campaign_versions.id"], name=op.f("fk_enrollments_version_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
        UniqueConstraint("idempotency_key", name=op.f("uq_enrollments_idempotency_key")),
    ]


def create_enrollments() -> None:
    """The table."""
    op.create_table(
        "enrollments",
        *enrollments_terms(),
        *enrollments_drip(),
        *enrollments_silence(),
        *enrollments_rules(),
        *enrollments_keys(),
        sqlite_autoincrement=True,
    )


def make_enrollments_unique() -> None:
    """What there is once at a time."""
    op.create_index(
        "uq_enrollments_one_open_per_prospect",
        "enrollments",
        ["prospect_id"],
        unique=True,
        sqlite_where=text("state IN ('closing', 'completed', 'dripping', 'opted_out')"),
        postgresql_where=text("state IN ('closing', 'completed', 'dripping', 'opted_out')"),
    )


def index_enrollments() -> None:
    """What is looked for often."""
    op.create_index(op.f("ix_enrollments_mailbox_id"), "enrollments", ["mailbox_id"], unique=False)
    op.create_index(
        op.f("ix_enrollments_next_at"),
        "enrollments",
        ["next_at"],
        unique=False,
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_enrollments_prospect_id"), "enrollments", ["prospect_id"], unique=False)
    op.create_index(
        "ix_enrollments_recall",
        "enrollments",
        ["rep_id", "recall_at"],
        unique=False,
        sqlite_where=text("recall_at IS NOT NULL"),
        postgresql_where=text("recall_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_enrollments_rep_id_enrolled_at"), "enrollments", ["rep_id", "enrolled_at"], unique=False)
    op.create_index(op.f("ix_enrollments_version_id"), "enrollments", ["version_id"], unique=False)
