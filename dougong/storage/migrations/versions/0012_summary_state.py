"""How far roll-ups are filled in."""

from alembic import op

from dougong.storage.sql import script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0012_summary_state.sql"))
    cursor.close()
