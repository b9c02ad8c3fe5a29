"""The table of suppressions: addresses and whole domains we must not mail, and why."""

from sqlalchemy import Column, Index, Table, Text, text

from drip.store.columns import METADATA, UtcTime, check, id_column

_LIVE = text("lifted_at IS NULL")

suppressions = Table(
    "suppressions",
    METADATA,
    id_column(),
    Column("address", Text),
    Column("domain", Text),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("lifted_at", UtcTime),
    Column("lifted_by", Text),
    Column("lifted_reason", Text),
    check("address_or_domain", "(address IS NULL) <> (domain IS NULL)"),
    check("lower", "coalesce(address, domain) = lower(coalesce(address, domain))"),
    check("lifted_by_somebody", "(lifted_at IS NULL) = (lifted_by IS NULL)"),
    check("lifted_for_a_reason", "(lifted_at IS NULL) = (lifted_reason IS NULL)"),
    Index(
        "uq_suppressions_live_address",
        "address",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
    Index(
        "uq_suppressions_live_domain",
        "domain",
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    ),
    sqlite_autoincrement=True,
)
