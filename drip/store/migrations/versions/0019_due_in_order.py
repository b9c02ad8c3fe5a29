"""Keep due sends in the order they are taken in.

Thousands are due at the same moment, when a window opens; a taker of a few had all of them sorted.
"""

from alembic import op
from sqlalchemy import text

revision = "0019"
down_revision = "0018"

_DUE = text("state = 'due'")


def upgrade() -> None:
    """By id where they are due at one time."""
    op.drop_index("ix_sends_due", "sends")
    op.create_index("ix_sends_due", "sends", ["mailbox_id", "due_at", "id"], sqlite_where=_DUE, postgresql_where=_DUE)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_sends_due", "sends")
    op.create_index("ix_sends_due", "sends", ["mailbox_id", "due_at"], sqlite_where=_DUE, postgresql_where=_DUE)
