"""Batches whose searchable text is still to be stored."""

from alembic import op

from dougong.storage.sql import script

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0018_search_later.sql"))
    cursor.close()
