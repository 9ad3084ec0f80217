"""Two-factor sign-in, and ids of sessions."""

from alembic import op

from dougong.storage.sql import script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0003_second_factor.sql"))
    cursor.close()
