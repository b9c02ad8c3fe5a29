"""Create the inbox: mails that a person has to place."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.sql.elements import conv

from drip.store.columns import Key, UtcTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make it."""
    create_inbox()
    where = text("state = 'waiting'")
    op.create_index("ix_inbox_waiting", "inbox", ["received_id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop it, with all it holds."""
    op.drop_table("inbox")


def create_inbox() -> None:
    """The table."""
    op.create_table(
        "inbox",
        Column("received_id", Key, nullable=False, autoincrement=False),
        Column("state", Text(), nullable=False),
        Column("cls", Text(), nullable=False),
        Column("rule", Text(), nullable=False),
        Column("sender", Text(), server_default="", nullable=False),
        Column("subject", Text(), server_default="", nullable=False),
        Column("size", Integer(), server_default=text("0"), nullable=False),
        Column("raw", LargeBinary()),
        Column("done_at", UtcTime()),
        Column("done_by", Text()),
        CheckConstraint("state IN ('dismissed', 'placed', 'set_aside', 'waiting')", name=conv("ck_inbox_known_state")),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name=conv("ck_inbox_done_by_somebody")),
        ForeignKeyConstraint(["received_id"], ["received.id"], name=op.f("fk_inbox_received_id")),
        PrimaryKeyConstraint("received_id", name=op.f("pk_inbox")),
    )
