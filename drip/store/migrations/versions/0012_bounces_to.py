"""Let a mailbox say where its bounces go to."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Mailboxes that are there go on as they were."""
    op.add_column("mailboxes", Column("bounces_to", Text(), server_default="own", nullable=False))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("mailboxes", "bounces_to")
