"""Notifications, and the addresses of calendars."""

from alembic import op

from dougong.storage.sql import script

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0024_notifications.sql"))
    cursor.close()
