"""The table of notes: words a person gave as a reason; facts point at them and can outlive them."""

from sqlalchemy import Column, Index, Table, Text

from drip.store.columns import METADATA, UtcTime, id_column, reference

notes = Table(
    "notes",
    METADATA,
    id_column(),
    reference("prospect_id", "prospects"),
    Column("at", UtcTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "prospect_id"),
    sqlite_autoincrement=True,
)
