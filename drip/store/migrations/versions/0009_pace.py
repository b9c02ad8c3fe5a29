"""Let mailboxes warm up, keep a pace for each recipient domain, rest, and be braked."""

from alembic import op
from sqlalchemy import Column, Date, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

from drip.store.columns import Json, Key, UtcTime

revision = "0009"
down_revision = "0008"

_GONE = text("state IN ('accepted', 'uncertain')")
_TRIED = text("state IN ('accepted', 'refused')")
_LOST = text("lost_at IS NOT NULL")
_COMPLAINT = text("kind = 'complaint'")
_SUPPRESSED = text("what = 'suppressed'")


def upgrade() -> None:
    """Make them."""
    add_warm_up()
    op.add_column("mailboxes", Column("domain_pace", Json, server_default="{}", nullable=False))
    op.add_column("mailboxes", Column("resumed_at", UtcTime()))
    op.add_column("mailboxes", Column("warning", Text()))
    op.add_column("mailboxes", Column("slowed_at", UtcTime()))
    op.add_column("mailboxes", Column("slowed_to", Integer()))
    add_day_room()
    op.add_column("sends", Column("lost_at", UtcTime()))
    op.add_column("sends", Column("lost", Integer(), server_default=text("0"), nullable=False))
    create_rests()
    index_what_is_counted()


def downgrade() -> None:
    """Take them away."""
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_table("rests")
    op.drop_column("sends", "lost")
    op.drop_column("sends", "lost_at")
    for name in ("day_full_until", "day_room_of", "day_room"):
        op.drop_column("mailboxes", name)
    for name in ("slowed_to", "slowed_at", "warning", "resumed_at", "domain_pace", "warm_up_on", "warm_up"):
        op.drop_column("mailboxes", name)
    where = text("handed_at IS NOT NULL")
    op.create_index("ix_sends_pace", "sends", ["mailbox_id", "handed_at"], sqlite_where=where, postgresql_where=where)


def add_warm_up() -> None:
    """How a mailbox begins, and since when."""
    op.add_column("mailboxes", Column("warm_up", Json))
    op.add_column("mailboxes", Column("warm_up_on", Date()))


def add_day_room() -> None:
    """What was left of a day's letters when they were counted, so that they are not counted at every take."""
    op.add_column("mailboxes", Column("day_room", Integer()))
    op.add_column("mailboxes", Column("day_room_of", Integer()))
    op.add_column("mailboxes", Column("day_full_until", UtcTime()))


def create_rests() -> None:
    """The table."""
    op.create_table(
        "rests",
        Column("mailbox_id", Key, nullable=False),
        Column("domain", Text(), nullable=False),
        Column("until", UtcTime(), nullable=False),
        ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name=op.f("fk_rests_mailbox_id")),
        PrimaryKeyConstraint("mailbox_id", "domain", name=op.f("pk_rests")),
    )


INDEXES = (
    ("ix_sends_pace", "sends", ["mailbox_id", "handed_at"], _GONE),
    ("ix_sends_settled", "sends", ["mailbox_id", "state", "settled_at"], _TRIED),
    ("ix_sends_lost", "sends", ["mailbox_id", "lost_at"], _LOST),
    ("ix_received_complaints", "received", ["at"], _COMPLAINT),
    ("ix_facts_suppressed", "facts", ["at"], _SUPPRESSED),
)


def index_what_is_counted() -> None:
    """What pace and brakes count, so that they read nothing but an index."""
    op.drop_index("ix_sends_pace", "sends")
    for name, table, columns, where in INDEXES:
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
