"""Search entries without the text, and how far their rebuilding is."""

from alembic import op

from dougong.storage.sql import script

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the column, add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0023_search.sql"))
    cursor.close()
