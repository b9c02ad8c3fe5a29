"""Create sends, their attempts, and visits of their links."""

from typing import Any

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from drip.store.columns import Json, Key, UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them."""
    create_sends()
    make_sends_unique()
    index_sends()
    create_attempts()
    create_visits()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("visits")
    op.drop_table("attempts")
    op.drop_table("sends")


def sends_duty() -> list[Column[Any]]:
    """What is to be sent, when, and who works on it."""
    return [
        Column("id", Key, Identity(), nullable=False),
        Column("enrollment_id", Key, nullable=False),
        Column("prospect_id", Key, nullable=False),
        Column("mailbox_id", Key),
        Column("version_id", Key, nullable=False),
        Column("run", Integer(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("step_key", Text(), nullable=False),
        Column("n", Integer()),
        Column("state", Text(), server_default="due", nullable=False),
        Column("due_at", UtcTime(), nullable=False),
        Column("retry_at", UtcTime()),
        Column("lease_token", Text()),
        Column("lease_until", UtcTime()),
    ]


def sends_letter() -> list[Column[Any]]:
    """What was composed, and what became of it."""
    return [
        Column("attempts", Integer(), server_default=text("0"), nullable=False),
        Column("message_id", Text()),
        Column("dated_at", UtcTime()),
        Column("subject", Text()),
        Column("letter_values", Json),
        Column("destinations", Json),
        Column("outcome_class", Text()),
        Column("outcome_code", Text()),
        Column("outcome_text", Text()),
        Column("handed_at", UtcTime()),
        Column("settled_at", UtcTime()),
        Column("withdrawn_reason", Text()),
        Column("planned_at", UtcTime(), nullable=False),
    ]


def sends_rules() -> list[Constraint]:
    """What makes impossible rows impossible."""
    return [
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name=op.f("ck_sends_reason_when_withdrawn")
        ),
        CheckConstraint(
            "(state IN ('handing', 'leased')) = (lease_token IS NOT NULL)", name=op.f("ck_sends_token_while_leased")
        ),
        CheckConstraint(
            "(state IN ('handing', 'leased')) = (lease_until IS NOT NULL)", name=op.f("ck_sends_until_while_leased")
        ),
        CheckConstraint(
            "NOT (state IN ('accepted', 'expired', 'refused', 'withdrawn')) OR settled_at IS NOT NULL",
            name=op.f("ck_sends_time_when_final"),
        ),
        CheckConstraint(
            "NOT (state IN ('accepted', 'handing', 'uncertain')) OR (message_id IS NOT NULL AND dated_at IS NOT NULL)",
            name=op.f("ck_sends_letter_before_handing"),
        ),
        CheckConstraint(
            "NOT (state IN ('accepted', 'handing', 'uncertain')) OR handed_at IS NOT NULL",
            name=op.f("ck_sends_time_when_handed"),
        ),
        CheckConstraint(
            "settled_at IS NULL OR state IN ('accepted', 'expired', 'refused', 'uncertain', 'withdrawn')",
            name=op.f("ck_sends_settled_with_time"),
        ),
        CheckConstraint(
            "state IN ('accepted', 'due', 'expired', 'handing', 'leased', 'refused', 'uncertain', 'withdrawn')",
            name=op.f("ck_sends_known_state"),
        ),
        CheckConstraint("run >= 1 AND attempts >= 0 AND coalesce(n, 1) >= 1", name=op.f("ck_sends_counts")),
    ]


def sends_keys() -> list[Constraint]:
    """What it refers to, and what is there once."""
    return [
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_sends_enrollment_id")),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sends_mailbox_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_sends_prospect_id")),
        ForeignKeyConstraint(["version_id"], ["campaign_versions.id"], name=op.f("fk_sends_version_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_sends")),
    ]


def create_sends() -> None:
    """The table."""
    op.create_table("sends", *sends_duty(), *sends_letter(), *sends_rules(), *sends_keys(), sqlite_autoincrement=True)


def make_sends_unique() -> None:
    """What there is once at a time."""
    op.create_index(
        "uq_sends_enrollment_id_run_key",
        "sends",
        ["enrollment_id", "run", "key"],
        unique=True,
        sqlite_where=text("state NOT IN ('expired', 'refused', 'withdrawn')"),
        postgresql_where=text("state NOT IN ('expired', 'refused', 'withdrawn')"),
    )
    op.create_index(
        "uq_sends_one_unfinished_per_enrollment",
        "sends",
        ["enrollment_id"],
        unique=True,
        sqlite_where=text("state IN ('due', 'handing', 'leased')"),
        postgresql_where=text("state IN ('due', 'handing', 'leased')"),
    )


def index_sends() -> None:
    """What is looked for often."""
    op.create_index(
        "ix_sends_due",
        "sends",
        ["mailbox_id", "due_at"],
        unique=False,
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    )
    op.create_index(
        "ix_sends_lease",
        "sends",
        ["lease_until"],
        unique=False,
        sqlite_where=text("state IN ('handing', 'leased')"),
        postgresql_where=text("state IN ('handing', 'leased')"),
    )
    op.create_index(
        "ix_sends_pace",
        "sends",
        ["mailbox_id", "handed_at"],
        unique=False,
        sqlite_where=text("handed_at IS NOT NULL"),
        postgresql_where=text("handed_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_sends_prospect_id"), "sends", ["prospect_id"], unique=False)
    op.create_index(
        "ix_sends_uncertain",
        "sends",
        ["mailbox_id"],
        unique=False,
        sqlite_where=text("state = 'uncertain'"),
        postgresql_where=text("state = 'uncertain'"),
    )


def create_attempts() -> None:
    """The table and its indexes."""
    op.create_table(
        "attempts",
        Column("id", Key, Identity(), nullable=False),
        Column("send_id", Key, nullable=False),
        Column("number", Integer(), nullable=False),
        Column("lease_token", Text(), nullable=False),
        Column("outcome", Text()),
        Column("phase", Text()),
        Column("code", Integer()),
        Column("enhanced", Text()),
        Column("text", Text(), server_default="", nullable=False),
        Column("began_at", UtcTime(), nullable=False),
        Column("ended_at", UtcTime()),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_attempts_outcome_when_ended")),
        CheckConstraint("number >= 1", name=op.f("ck_attempts_number_from_one")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_attempts_send_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        UniqueConstraint("send_id", "number", name=op.f("uq_attempts_send_id_number")),
        sqlite_autoincrement=True,
    )


def create_visits() -> None:
    """The table and its indexes."""
    op.create_table(
        "visits",
        Column("id", Key, Identity(), nullable=False),
        Column("send_id", Key, nullable=False),
        Column("link", Text(), nullable=False),
        Column("idx", Integer()),
        Column("at", UtcTime(), nullable=False),
        Column("user_agent", Text(), server_default="", nullable=False),
        Column("address", Text(), server_default="", nullable=False),
        Column("method", Text(), nullable=False),
        Column("judged", Text(), nullable=False),
        CheckConstraint("judged IN ('person', 'scanner')", name=op.f("ck_visits_known_judged")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_visits_send_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_visits_send_id_at"), "visits", ["send_id", "at"], unique=False)
