"""Keys of duplicate rules, the pairs that were found, and merges."""

from alembic import op

from dougong.storage.sql import script

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0022_duplicates.sql"))
    cursor.close()
