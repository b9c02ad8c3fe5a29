"""Ask at a deletion, not at each line, whether facts and attempts mention a row, on PostgreSQL.

The foreign keys asked five times a letter for rows that the same statement had just changed, and locked them for it:
an eighth of all PostgreSQL did to send a letter. Nothing is ever deleted from these tables; triggers see to that where
somebody tries by hand.
"""

from alembic import op

from drip.store.migrations.guards import keep_mentioned, let_go

revision = "0022"
down_revision = "0021"

_MENTIONED = (
    ("prospects", "facts", "prospect_id"),
    ("enrollments", "facts", "enrollment_id"),
    ("sends", "facts", "send_id"),
    ("reps", "facts", "rep_id"),
    ("sends", "attempts", "send_id"),
)


def upgrade() -> None:
    """Triggers instead of foreign keys."""
    if op.get_context().dialect.name == "postgresql":
        for table, by, column in _MENTIONED:
            op.drop_constraint(f"fk_{by}_{column}", by)
            keep_mentioned(table, by, column)


def downgrade() -> None:
    """Foreign keys again; refused where a row is missing that is mentioned."""
    if op.get_context().dialect.name == "postgresql":
        for table, by, column in _MENTIONED:
            let_go(table, by, column)
            op.create_foreign_key(f"fk_{by}_{column}", by, table, [column], ["id"])
        op.execute("DROP FUNCTION drip_keep_mentioned()")
