"""Create appointments: promised calls with their hour, and meetings, that both were invited to or not."""

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
    false,
    text,
)

from drip.store.columns import Key, UtcTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "appointments",
        Column("id", Key, Identity(), nullable=False),
        Column("enrollment_id", Key, nullable=False),
        Column("rep_id", Key, nullable=False),
        Column("kind", Text(), nullable=False),
        Column("starts_at", UtcTime(), nullable=False),
        Column("minutes", Integer(), nullable=False),
        Column("state", Text(), server_default="firm", nullable=False),
        Column("sequence", Integer(), server_default=text("0"), nullable=False),
        Column("invited", Boolean(), server_default=false(), nullable=False),
        Column("changed_at", UtcTime(), nullable=False),
        CheckConstraint("kind IN ('call', 'meeting')", name=op.f("ck_appointments_known_kind")),
        CheckConstraint("state IN ('called_off', 'firm', 'over')", name=op.f("ck_appointments_known_state")),
        CheckConstraint("minutes > 0", name=op.f("ck_appointments_some_minutes")),
        ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_appointments_enrollment_id")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_appointments_rep_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sqlite_autoincrement=True,
    )
    where = text("state = 'firm'")
    op.create_index(
        "uq_appointments_one_firm_per_enrollment",
        "appointments",
        ["enrollment_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("appointments")
