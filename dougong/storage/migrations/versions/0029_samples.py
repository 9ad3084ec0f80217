"""The indexes of words come in two parts, a sample of the rows and the rest."""

from alembic import op

from dougong.storage.sql import script

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build both parts in the place of each index; of a million records it takes about a minute."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0029_samples.sql"))
    cursor.close()
