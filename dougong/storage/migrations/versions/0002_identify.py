"""The functions that tell whose a session or an API token is."""

from alembic import op

from dougong.storage.sql import script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the functions."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0002_identify.sql"))
    cursor.close()
