"""How far records of before a release have been given what it keeps in them."""

from alembic import op

from dougong.storage.sql import script

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0025_catching_up.sql"))
    cursor.close()
