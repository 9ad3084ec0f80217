"""The functions that formulas need and PostgreSQL lacks."""

from alembic import op

from dougong.storage.sql import script

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the functions."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(script("0011_formula_functions.sql"))
    cursor.close()
