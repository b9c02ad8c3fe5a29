"""Let a rep have working hours and be away, and be followed by another."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Date, ForeignKeyConstraint, Identity, PrimaryKeyConstraint, Text, text

from drip.store.columns import Key, UtcTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make them."""
    op.add_column("reps", Column("times", Text()))
    op.add_column("reps", Column("times_told_to", Key))
    op.add_column("enrollments", Column("recall_moved_from", Date()))
    op.add_column("enrollments", Column("rep_since", UtcTime()))
    create_absences()


def downgrade() -> None:
    """Take them away, with all they hold."""
    op.drop_table("absences")
    op.drop_column("enrollments", "rep_since")
    op.drop_column("enrollments", "recall_moved_from")
    op.drop_column("reps", "times_told_to")
    op.drop_column("reps", "times")


def create_absences() -> None:
    """The table and its index."""
    op.create_table(
        "absences",
        Column("id", Key, Identity(), nullable=False),
        Column("rep_id", Key, nullable=False),
        Column("first_on", Date(), nullable=False),
        Column("last_on", Date(), nullable=False),
        Column("begin_at", UtcTime(), nullable=False),
        Column("end_at", UtcTime(), nullable=False),
        Column("reason", Text(), server_default=text("''"), nullable=False),
        Column("who", Text(), nullable=False),
        Column("created_at", UtcTime(), nullable=False),
        Column("cancelled_at", UtcTime()),
        CheckConstraint("first_on <= last_on", name=op.f("ck_absences_first_before_last")),
        CheckConstraint("begin_at <= end_at", name=op.f("ck_absences_begins_before_end")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_absences_rep_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_absences_rep_id"), "absences", ["rep_id"], unique=False)
