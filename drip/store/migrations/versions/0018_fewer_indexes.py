"""Keep no index of enrollments or sends that only rare questions would be asked of.

Each move of a send changes columns that indexes name, and so does each letter of an enrollment: PostgreSQL then
writes the row anew into all of them.
"""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"

_TRIED = text("state IN ('accepted', 'refused')")


def upgrade() -> None:
    """What is asked by mailbox or by version is asked of all enrollments; of a prospect's sends, of the settled."""
    op.drop_index(op.f("ix_enrollments_version_id"), "enrollments")
    op.drop_index(op.f("ix_enrollments_mailbox_id"), "enrollments")
    op.drop_index(op.f("ix_sends_prospect_id"), "sends")
    op.create_index("ix_sends_tried", "sends", ["prospect_id"], sqlite_where=_TRIED, postgresql_where=_TRIED)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_sends_tried", "sends")
    op.create_index(op.f("ix_sends_prospect_id"), "sends", ["prospect_id"])
    op.create_index(op.f("ix_enrollments_mailbox_id"), "enrollments", ["mailbox_id"])
    op.create_index(op.f("ix_enrollments_version_id"), "enrollments", ["version_id"])
