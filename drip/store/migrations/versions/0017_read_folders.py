"""Create the folders that mail is read from."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.sql.elements import conv

from drip.store.columns import Key, UtcTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "read_folders",
        Column("mailbox_id", Key, nullable=False),
        Column("host", Text(), nullable=False),
        Column("port", Integer(), nullable=False),
        Column("security", Text(), nullable=False),
        Column("login", Text()),
        Column("secret", Text()),
        Column("folder", Text(), nullable=False),
        Column("handled", Text()),
        Column("validity", BigInteger()),
        Column("last_uid", BigInteger()),
        Column("since", UtcTime(), nullable=False),
        Column("read_at", UtcTime()),
        Column("failures", Integer(), server_default=text("0"), nullable=False),
        Column("trouble", Text()),
        Column("retry_at", UtcTime()),
        Column("lease_token", Text()),
        Column("lease_until", UtcTime()),
        CheckConstraint("security IN ('none', 'starttls', 'tls')", name=conv("ck_read_folders_known_security")),
        CheckConstraint("port BETWEEN 1 AND 65535", name=conv("ck_read_folders_port_in_range")),
        CheckConstraint("(validity IS NULL) = (last_uid IS NULL)", name=conv("ck_read_folders_mark_is_whole")),
        CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=conv("ck_read_folders_until_while_leased")
        ),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_read_folders_mailbox_id")),
        PrimaryKeyConstraint("mailbox_id", name=op.f("pk_read_folders")),
    )


def downgrade() -> None:
    """Drop them, with how far they were read."""
    op.drop_table("read_folders")
