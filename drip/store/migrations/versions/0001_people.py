"""Create reps, companies, prospects and mailboxes."""

from alembic import op
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKeyConstraint,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

from drip.store.columns import Amount, Key, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    create_reps()
    create_companies()
    create_prospects()
    create_mailboxes()


def downgrade() -> None:
    """Drop them, with all they hold."""
    op.drop_table("mailboxes")
    op.drop_table("prospects")
    op.drop_table("companies")
    op.drop_table("reps")


def create_reps() -> None:
    """The table and its indexes."""
    op.create_table(
        "reps",
        Column("id", Key, Identity(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("title", Text(), server_default="", nullable=False),
        Column("phone", Text(), server_default="", nullable=False),
        Column("signature", Text(), server_default="", nullable=False),
        Column("time_zone", Text()),
        Column("role", Text(), server_default="rep", nullable=False),
        Column("created_at", UtcTime(), nullable=False),
        CheckConstraint("role IN ('admin', 'marketing', 'rep')", name=op.f("ck_reps_known_role")),
        CheckConstraint("email = lower(email)", name=op.f("ck_reps_lower_email")),
        PrimaryKeyConstraint("id", name=op.f("pk_reps")),
        UniqueConstraint("email", name=op.f("uq_reps_email")),
        sqlite_autoincrement=True,
    )


def create_companies() -> None:
    """The table and its indexes."""
    op.create_table(
        "companies",
        Column("id", Key, Identity(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("domain", Text()),
        Column("sic", Text()),
        Column("naics", Text()),
        Column("employees", Integer()),
        Column("revenue", Amount()),
        Column("currency", Text(), server_default="USD", nullable=False),
        Column("country", Text()),
        Column("relation", Text(), server_default="none", nullable=False),
        Column("created_at", UtcTime(), nullable=False),
        Column("updated_at", UtcTime(), nullable=False),
        CheckConstraint("relation IN ('customer', 'none', 'open_deal')", name=op.f("ck_companies_known_relation")),
        CheckConstraint("domain = lower(domain)", name=op.f("ck_companies_lower_domain")),
        PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        UniqueConstraint("domain", name=op.f("uq_companies_domain")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_companies_name_without_domain",
        "companies",
        ["name"],
        unique=True,
        sqlite_where=text("domain IS NULL"),
        postgresql_where=text("domain IS NULL"),
    )


def create_prospects() -> None:
    """The table and its indexes."""
    op.create_table(
        "prospects",
        Column("id", Key, Identity(), nullable=False),
        Column("email", Text(), nullable=False),
        Column("first_name", Text(), server_default="", nullable=False),
        Column("last_name", Text(), server_default="", nullable=False),
        Column("title", Text(), server_default="", nullable=False),
        Column("phone", Text(), server_default="", nullable=False),
        Column("company_id", Key),
        Column("owner_rep_id", Key),
        Column("country", Text()),
        Column("region", Text()),
        Column("time_zone", Text()),
        Column("touched_on", Date()),
        Column("opted_in_at", UtcTime()),
        Column("opted_out_at", UtcTime()),
        Column("bounced_at", UtcTime()),
        Column("complained_at", UtcTime()),
        Column("created_at", UtcTime(), nullable=False),
        Column("updated_at", UtcTime(), nullable=False),
        CheckConstraint("email LIKE '%_@_%'", name=op.f("ck_prospects_email_with_at")),
        CheckConstraint("email = lower(email)", name=op.f("ck_prospects_lower_email")),
        ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_prospects_company_id")),
        ForeignKeyConstraint(["owner_rep_id"], ["reps.id"], name=op.f("fk_prospects_owner_rep_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_prospects")),
        UniqueConstraint("email", name=op.f("uq_prospects_email")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_prospects_company_id"), "prospects", ["company_id"], unique=False)
    op.create_index(op.f("ix_prospects_owner_rep_id"), "prospects", ["owner_rep_id"], unique=False)


def create_mailboxes() -> None:
    """The table and its indexes."""
    op.create_table(
        "mailboxes",
        Column("id", Key, Identity(), nullable=False),
        Column("name", Text(), nullable=False),
        Column("rep_id", Key),
        Column("address", Text(), nullable=False),
        Column("from_name", Text(), server_default="", nullable=False),
        Column("host", Text(), nullable=False),
        Column("port", Integer(), nullable=False),
        Column("security", Text(), nullable=False),
        Column("login", Text()),
        Column("secret", Text()),
        Column("time_zone", Text()),
        Column("postal_address", Text(), server_default="", nullable=False),
        Column("state", Text(), server_default="active", nullable=False),
        Column("paused_reason", Text()),
        Column("paused_at", UtcTime()),
        Column("uncertain_policy", Text(), server_default="left", nullable=False),
        Column("per_minute", Integer()),
        Column("per_day", Integer()),
        Column("created_at", UtcTime(), nullable=False),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name=op.f("ck_mailboxes_time_when_paused")),
        CheckConstraint(
            "(state = 'paused') = (paused_reason IS NOT NULL)", name=op.f("ck_mailboxes_reason_when_paused")
        ),
        CheckConstraint("security IN ('none', 'starttls', 'tls')", name=op.f("ck_mailboxes_known_security")),
        CheckConstraint("state IN ('active', 'paused')", name=op.f("ck_mailboxes_known_state")),
        CheckConstraint("uncertain_policy IN ('again', 'left')", name=op.f("ck_mailboxes_known_uncertain_policy")),
        CheckConstraint(
            "coalesce(per_minute, 1) > 0 AND coalesce(per_day, 1) > 0", name=op.f("ck_mailboxes_pace_above_zero")
        ),
        CheckConstraint("port BETWEEN 1 AND 65535", name=op.f("ck_mailboxes_port_in_range")),
        ForeignKeyConstraint(["rep_id"], ["reps.id"], name=op.f("fk_mailboxes_rep_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        UniqueConstraint("name", name=op.f("uq_mailboxes_name")),
        sqlite_autoincrement=True,
    )
