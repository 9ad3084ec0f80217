"""The history of the configuration."""

from alembic import op

from dougong.storage.sql import script

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0015_configuration_changes.sql"))
    cursor.close()
