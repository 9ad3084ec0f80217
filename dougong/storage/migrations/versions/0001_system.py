"""The system tables, the schema of the object tables and procrastinate's own tables."""

from alembic import op

from dougong.storage.sql import script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    cursor = op.get_bind().connection.cursor()
    for name in ("0001_system.sql", "0001_procrastinate_3_10.sql"):
        cursor.execute(script(name))
    cursor.close()
