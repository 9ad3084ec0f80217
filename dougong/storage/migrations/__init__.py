"""The history of the system tables, for Alembic. A revision that was released is never edited again."""
