"""Tables of campaigns: the campaign, its frozen versions, and the compiled letters of each."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from drip.store.columns import METADATA, Json, UtcTime, check, id_column, reference

campaigns = Table(
    "campaigns",
    METADATA,
    id_column(),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

# A trigger refuses UPDATE and DELETE of versions and their letters: a version never changes (R13).
campaign_versions = Table(
    "campaign_versions",
    METADATA,
    id_column(),
    reference("campaign_id", "campaigns"),
    Column("number", Integer, nullable=False),
    Column("source", Text, nullable=False),  # the TOML as it was written
    Column("declared", Json, nullable=False),  # what it means: store.declared
    Column("published_at", UtcTime, nullable=False),
    Column("published_by", Text, nullable=False),
    UniqueConstraint("campaign_id", "number"),
    check("number_from_one", "number >= 1"),
    sqlite_autoincrement=True,
)

version_letters = Table(
    "version_letters",
    METADATA,
    id_column(),
    reference("version_id", "campaign_versions"),
    Column("step_key", Text, nullable=False),  # "closing" for the closing email
    Column("subject", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("version_id", "step_key"),
    sqlite_autoincrement=True,
)
