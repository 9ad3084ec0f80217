"""Questions to the owner of a duplicate keep their words and can be settled."""

from alembic import op

from dougong.storage.sql import script

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index by which a record's page looks for them."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0027_questions.sql"))
    cursor.close()
