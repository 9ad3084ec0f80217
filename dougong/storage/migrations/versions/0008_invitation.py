"""Links by which a person sets a password."""

from alembic import op

from dougong.storage.sql import script

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0008_invitation.sql"))
    cursor.close()
