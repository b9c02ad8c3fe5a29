"""Let a rep's private links be renewed: the count stands in each link, and an older one is dead."""

from alembic import op
from sqlalchemy import Column, Integer, text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Count the renewals."""
    op.add_column("reps", Column("links_renewed", Integer(), server_default=text("0"), nullable=False))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("reps", "links_renewed")
