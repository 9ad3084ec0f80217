"""ANALYZE counts more tokens of the records, as it does in tables that are made from now on."""

from alembic import op

from dougong.storage.sql import script

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say so of each table of records; the counts come with its next ANALYZE."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0030_tokens_counted.sql"))
    cursor.close()
