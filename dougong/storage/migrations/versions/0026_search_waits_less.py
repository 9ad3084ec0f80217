"""Fewer new search entries wait beside the index."""

from alembic import op

from dougong.storage.sql import script

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the limit of the list."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0026_search_waits_less.sql"))
    cursor.close()
