"""API tokens for some objects only."""

from alembic import op

from dougong.storage.sql import script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and let the function that identifies a token answer it."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0019_token_objects.sql"))
    cursor.close()
