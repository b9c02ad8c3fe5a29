"""Create notes: the words people give as reasons."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Identity, PrimaryKeyConstraint, Text

from drip.store.columns import Key, UtcTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make them."""
    create_notes()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("notes")


def create_notes() -> None:
    """The table and its index."""
    op.create_table(
        "notes",
        Column("id", Key, Identity(), nullable=False),
        Column("prospect_id", Key, nullable=False),
        Column("at", UtcTime(), nullable=False),
        Column("who", Text(), nullable=False),
        Column("words", Text(), nullable=False),
        ForeignKeyConstraint(["prospect_id"], ["prospects.id"], name=op.f("fk_notes_prospect_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notes_prospect_id"), "notes", ["prospect_id"], unique=False)
