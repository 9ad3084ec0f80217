"""Sharing rules: the generations of each, and the people whose records they cover."""

from alembic import op

from dougong.storage.sql import script

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0005_sharing_rules.sql"))
    cursor.close()
