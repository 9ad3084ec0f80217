"""The audit log, view as, and what the sign-in policy needs."""

from alembic import op

from dougong.storage.sql import script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create tables, triggers, the view and the function."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0006_audit.sql"))
    cursor.close()
