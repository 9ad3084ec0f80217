"""The keys of similar names tell the name; those that are there are made anew by the job."""

from alembic import op

from dougong.storage.sql import script

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and have the keys of similar names made anew; they are used as they are until then."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0028_similar_names_told.sql"))
    cursor.close()
