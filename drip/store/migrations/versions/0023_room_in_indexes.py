"""Leave room in the pages of indexes that each letter writes to, on PostgreSQL.

A letter changes its send three times and its enrollment twice, and each time the row is entered anew into the indexes
of its table. In pages that are full PostgreSQL has to look each time which entries are of rows that are gone.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

_FILLED = {  # per cent of a new page
    "pk_sends": 40,
    "uq_sends_enrollment_id_run_key": 40,
    "uq_sends_one_unfinished_per_enrollment": 40,
    "pk_enrollments": 60,
    "uq_enrollments_one_open_per_prospect": 60,
    "ix_enrollments_prospect_id": 60,
    "ix_enrollments_rep_id_enrolled_at": 60,
}


def upgrade() -> None:
    """For pages from now on; nothing is rewritten."""
    if op.get_context().dialect.name == "postgresql":
        for index, percent in _FILLED.items():
            op.execute(f"ALTER INDEX {index} SET (fillfactor = {percent})")


def downgrade() -> None:
    """As it was."""
    if op.get_context().dialect.name == "postgresql":
        for index in _FILLED:
            op.execute(f"ALTER INDEX {index} RESET (fillfactor)")
