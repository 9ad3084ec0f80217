"""Making a database ready for this release: the system tables, then the standard package."""

from dougong.crm.standard import install
from dougong.storage.engine import open_database
from dougong.storage.migrate import upgrade


def set_up(url: str) -> None:
    """Bring the database at `url` to this release. Doing it again changes nothing."""
    upgrade(url)
    database = open_database(url, pool_size=1)
    try:
        with database.transaction() as tx:
            install(tx)
    finally:
        database.close()
