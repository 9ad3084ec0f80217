"""A longer waiting list before the search index."""

from alembic import op

from dougong.storage.sql import script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Set the option of the index."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0009_search_waits.sql"))
    cursor.close()
