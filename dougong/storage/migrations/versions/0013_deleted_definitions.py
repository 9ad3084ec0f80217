"""A bin for objects and fields."""

from alembic import op

from dougong.storage.sql import script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0013_deleted_definitions.sql"))
    cursor.close()
