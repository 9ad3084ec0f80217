"""How often strangers do what they may do only so often."""

from alembic import op

from dougong.storage.sql import script

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0020_rate.sql"))
    cursor.close()
