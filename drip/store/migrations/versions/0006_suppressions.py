"""Create suppressions of addresses and domains."""

from alembic import op
from sqlalchemy import CheckConstraint, Column, Identity, PrimaryKeyConstraint, Text, text

from drip.store.columns import Key, UtcTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
    create_suppressions()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("suppressions")


def create_suppressions() -> None:
    """The table and its indexes."""
    op.create_table(
        "suppressions",
        Column("id", Key, Identity(), nullable=False),
        Column("address", Text()),
        Column("domain", Text()),
        Column("reason", Text(), nullable=False),
        Column("at", UtcTime(), nullable=False),
        Column("who", Text(), nullable=False),
        Column("lifted_at", UtcTime()),
        Column("lifted_by", Text()),
        Column("lifted_reason", Text()),
        CheckConstraint("(address IS NULL) <> (domain IS NULL)", name=op.f("ck_suppressions_address_or_domain")),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_suppressions_lifted_by_somebody")),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_reason IS NULL)", name=op.f("ck_suppressions_lifted_for_a_reason")
        ),
        CheckConstraint(
            "coalesce(address, domain) = lower(coalesce(address, domain))", name=op.f("ck_suppressions_lower")
        ),
        PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_suppressions_live_address",
        "suppressions",
        ["address"],
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    )
    op.create_index(
        "uq_suppressions_live_domain",
        "suppressions",
        ["domain"],
        unique=True,
        sqlite_where=text("lifted_at IS NULL"),
        postgresql_where=text("lifted_at IS NULL"),
    )
