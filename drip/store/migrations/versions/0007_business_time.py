"""Create the row that holds a controlled business time."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint

from drip.store.columns import UtcTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make them."""
    create_business_time()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("business_time")


def create_business_time() -> None:
    """The table and its indexes."""
    op.create_table(
        "business_time",
        Column("id", Integer(), autoincrement=False, nullable=False),
        Column("now", UtcTime(), nullable=False),
        CheckConstraint("id = 1", name=op.f("ck_business_time_one_row")),
        PrimaryKeyConstraint("id", name=op.f("pk_business_time")),
    )
