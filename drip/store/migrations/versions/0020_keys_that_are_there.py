"""Keep in the index of idempotency keys only those there are, on PostgreSQL.

Few enrollments have one. Each letter writes its enrollment anew, and it was entered there without a key each time.
SQLite can take no such constraint from a table, and writes no index whose columns stay as they are.
"""

from alembic import op
from sqlalchemy import text

revision = "0020"
down_revision = "0019"

_OF_ALL, _OF_THOSE_THERE = "uq_enrollments_idempotency_key", "uq_enrollments_one_per_idempotency_key"


def upgrade() -> None:
    """Unique where it is not NULL: the same rows are refused."""
    if op.get_context().dialect.name == "postgresql":
        there = text("idempotency_key IS NOT NULL")
        op.create_index(_OF_THOSE_THERE, "enrollments", ["idempotency_key"], unique=True, postgresql_where=there)
        op.drop_constraint(_OF_ALL, "enrollments")


def downgrade() -> None:
    """As it was."""
    if op.get_context().dialect.name == "postgresql":
        op.create_unique_constraint(_OF_ALL, "enrollments", ["idempotency_key"])
        op.drop_index(_OF_THOSE_THERE, "enrollments")
