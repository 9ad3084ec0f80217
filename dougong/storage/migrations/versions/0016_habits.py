"""What the screens keep for each person."""

from alembic import op

from dougong.storage.sql import script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0016_habits.sql"))
    cursor.close()
