"""Create campaigns, their versions and letters, which never change once written."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

from drip.store.columns import Json, Key, UtcTime
from drip.store.migrations.guards import allow_changes, refuse_changes

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make them."""
    create_campaigns()
    create_campaign_versions()
    create_version_letters()
    refuse_changes("campaign_versions")
    refuse_changes("version_letters")


def downgrade() -> None:
    """Drop them, with all they hold."""
    allow_changes("campaign_versions")
    allow_changes("version_letters")
    op.drop_table("version_letters")
    op.drop_table("campaign_versions")
    op.drop_table("campaigns")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION drip_refuse_changes()")


def create_campaigns() -> None:
    """The table and its indexes."""
    op.create_table(
        "campaigns",
        Column("id", Key, Identity(), nullable=False),
        Column("key", Text(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("created_at", UtcTime(), nullable=False),
        PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        UniqueConstraint("key", name=op.f("uq_campaigns_key")),
        sqlite_autoincrement=True,
    )


def create_campaign_versions() -> None:
    """The table and its indexes."""
    op.create_table(
        "campaign_versions",
        Column("id", Key, Identity(), nullable=False),
        Column("campaign_id", Key, nullable=False),
        Column("number", Integer(), nullable=False),
        Column("source", Text(), nullable=False),
        Column("declared", Json, nullable=False),
        Column("published_at", UtcTime(), nullable=False),
        Column("published_by", Text(), nullable=False),
        CheckConstraint("number >= 1", name=op.f("ck_campaign_versions_number_from_one")),
        ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_versions_campaign_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_campaign_versions")),
        UniqueConstraint("campaign_id", "number", name=op.f("uq_campaign_versions_campaign_id_number")),
        sqlite_autoincrement=True,
    )


def create_version_letters() -> None:
    """The table and its indexes."""
    op.create_table(
        "version_letters",
        Column("id", Key, Identity(), nullable=False),
        Column("version_id", Key, nullable=False),
        Column("step_key", Text(), nullable=False),
        Column("subject", Text(), nullable=False),
        Column("html", Text(), nullable=False),
        Column("text", Text(), nullable=False),
        ForeignKeyConstraint(["version_id"], ["campaign_versions.id"], name=op.f("fk_version_letters_version_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_version_letters")),
        UniqueConstraint("version_id", "step_key", name=op.f("uq_version_letters_version_id_step_key")),
        sqlite_autoincrement=True,
    )
