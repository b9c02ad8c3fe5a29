"""Create the copies of letters in a rep's folder of sent mail."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text
from sqlalchemy.sql.elements import conv

from drip.store.columns import Key, UtcTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make them."""
    create_sent_folders()
    create_sent_copies()
    where = text("state = 'waiting'")
    columns = ["mailbox_id", "send_id"]
    op.create_index("ix_sent_copies_waiting", "sent_copies", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("sent_copies")
    op.drop_table("sent_folders")


def create_sent_folders() -> None:
    """Where copies go, and how that goes."""
    op.create_table(
        "sent_folders",
        Column("mailbox_id", Key, nullable=False),
        Column("host", Text(), nullable=False),
        Column("port", Integer(), nullable=False),
        Column("security", Text(), nullable=False),
        Column("login", Text()),
        Column("secret", Text()),
        Column("folder", Text()),
        Column("since", UtcTime(), nullable=False),
        Column("looked_at", UtcTime()),
        Column("failures", Integer(), server_default=text("0"), nullable=False),
        Column("trouble", Text()),
        Column("retry_at", UtcTime()),
        Column("lease_token", Text()),
        Column("lease_until", UtcTime()),
        CheckConstraint("security IN ('none', 'starttls', 'tls')", name=conv("ck_sent_folders_known_security")),
        CheckConstraint("port BETWEEN 1 AND 65535", name=conv("ck_sent_folders_port_in_range")),
        CheckConstraint(
            "(lease_token IS NULL) = (lease_until IS NULL)", name=conv("ck_sent_folders_until_while_leased")
        ),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sent_folders_mailbox_id")),
        PrimaryKeyConstraint("mailbox_id", name=op.f("pk_sent_folders")),
    )


def create_sent_copies() -> None:
    """What is still to be copied, and what was."""
    op.create_table(
        "sent_copies",
        Column("send_id", Key, nullable=False),
        Column("mailbox_id", Key, nullable=False),
        Column("state", Text(), server_default="waiting", nullable=False),
        Column("tries", Integer(), server_default=text("0"), nullable=False),
        Column("reason", Text()),
        Column("noted_at", UtcTime(), nullable=False),
        CheckConstraint("state IN ('copied', 'given_up', 'waiting')", name=conv("ck_sent_copies_known_state")),
        ForeignKeyConstraint(["send_id"], ["sends.id"], name=op.f("fk_sent_copies_send_id")),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_sent_copies_mailbox_id")),
        PrimaryKeyConstraint("send_id", name=op.f("pk_sent_copies")),
    )
