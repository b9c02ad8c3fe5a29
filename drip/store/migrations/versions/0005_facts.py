"""Create facts (append-only), opt-ins, mail received and tasks."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from drip.store.columns import Json, Key, UtcTime
from drip.store.migrations.guards import allow_changes, refuse_changes

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them."""
    create_facts()
    create_opt_ins()
    create_received()
    create_tasks()
    refuse_changes("facts")


def downgrade() -> None:
    """Drop them, with all they hold."""
    allow_changes("facts")
    op.drop_table("tasks")
    op.drop_table("received")
    op.drop_table("opt_ins")
    op.drop_table("facts")


def create_facts() -> None:
    """The table and its indexes."""
    op.create_table(
        "facts",
        Column("id", Key, Identity(), nullable=False),
        Column("at", UtcTime(), nullable=False),
        Column("what", Text(), nullable=False),
        Column("prospect_id", Key),
        Column("enrollment_id", Key),
        Column("send_id", Key),
        Column("rep_id", Key),
        Column("who", Text(), nullable=False),
        Column("reason", Text()),
        Column("data", Json, server_default="{}", nullable=False),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_facts_enrollment_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_facts_prospect_id")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_facts_rep_id")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_facts_send_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_facts_enrollment_id_at"), "facts", ["enrollment_id", "at"], unique=False)
    op.create_index(op.f("ix_facts_prospect_id_at_id"), "facts", ["prospect_id", "at", "id"], unique=False)


def create_opt_ins() -> None:
    """The table and its indexes."""
    op.create_table(
        "opt_ins",
        Column("id", Key, Identity(), nullable=False),
        Column("prospect_id", Key, nullable=False),
        Column("enrollment_id", Key),
        Column("send_id", Key),
        Column("at", UtcTime(), nullable=False),
        Column("through", Text(), nullable=False),
        Column("wording", Text(), nullable=False),
        Column("address", Text(), server_default="", nullable=False),
        Column("who", Text(), nullable=False),
        CheckConstraint("through IN ('form', 'import', 'link', 'rep')", name=op.f("ck_opt_ins_known_through")),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_opt_ins_enrollment_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_opt_ins_prospect_id")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_opt_ins_send_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_opt_ins")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_opt_ins_prospect_id"), "opt_ins", ["prospect_id"], unique=False)


def create_received() -> None:
    """The table and its indexes."""
    op.create_table(
        "received",
        Column("id", Key, Identity(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("prospect_id", Key),
        Column("enrollment_id", Key),
        Column("send_id", Key),
        Column("at", UtcTime(), nullable=False),
        Column("recorded_by", Text(), nullable=False),
        Column("note", Text(), server_default="", nullable=False),
        Column("back_on", Date()),
        Column("message_id", Text()),
        CheckConstraint("kind = 'unplaced' OR prospect_id IS NOT NULL", name=op.f("ck_received_placed")),
        CheckConstraint(
            "kind IN ('auto_reply', 'bounce', 'complaint', 'opt_out', 'reply', 'unplaced')",
            name=op.f("ck_received_known_kind"),
        ),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_received_enrollment_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_received_prospect_id")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_received_send_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_received")),
        UniqueConstraint("message_id", name=op.f("uq_received_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_received_prospect_id_at"), "received", ["prospect_id", "at"], unique=False)


def create_tasks() -> None:
    """The table and its indexes."""
    op.create_table(
        "tasks",
        Column("id", Key, Identity(), nullable=False),
        Column("code", Text(), nullable=False),
        Column("prospect_id", Key, nullable=False),
        Column("enrollment_id", Key),
        Column("rep_id", Key),
        Column("opened_at", UtcTime(), nullable=False),
        Column("done_at", UtcTime()),
        Column("done_by", Text()),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=op.f("ck_tasks_done_by_somebody")),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_tasks_enrollment_id")),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_tasks_prospect_id")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_tasks_rep_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["rep_id", "opened_at"],
        unique=False,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    )
    op.create_index(
        "uq_tasks_one_open_per_prospect_and_code",
        "tasks",
        ["prospect_id", "code"],
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    )
