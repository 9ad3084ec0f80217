"""Brings the system tables of a database to this release's version: Alembic, driven from here and from nowhere else."""

from importlib import resources

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dougong.kit.errors import Unavailable
from dougong.storage.engine import driver_url
from dougong.storage.failures import translated

# Any constant will do; it keeps two servers that start at once from migrating at once.
_UPGRADE_LOCK = 4_915_067


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("dougong.storage").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this release needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known_revisions() -> frozenset[str]:
    """All revisions that this release knows how to upgrade from, its own included."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def current_revision(connection: sa.Connection) -> str | None:
    """The revision of the connected database; None when it has never been set up."""
    return MigrationContext.configure(connection).get_current_revision()


def check_current(database_url: str) -> None:
    """Raises Unavailable where the system tables are not this release's: storage.not_set_up, storage.not_upgraded or
    storage.newer."""
    engine = sa.create_engine(driver_url(database_url), poolclass=sa.NullPool, use_native_hstore=False)
    with translated(), engine.connect() as connection:
        current = current_revision(connection)
    if current is None:
        raise Unavailable("storage.not_set_up")
    if current != newest_revision():
        raise Unavailable("storage.not_upgraded" if current in known_revisions() else "storage.newer", revision=current)


def upgrade(database_url: str) -> None:
    """Create or upgrade the system tables, in one transaction.

    Raises Unavailable: storage.newer when a newer release has already upgraded the database, storage.not_allowed when
    the database user may not create tables.
    """
    engine = sa.create_engine(driver_url(database_url), poolclass=sa.NullPool, use_native_hstore=False)
    with translated(), engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        current = current_revision(connection)
        if current == newest_revision():
            return
        if current is not None and current not in known_revisions():
            raise Unavailable("storage.newer", revision=current)
        command.upgrade(_config(connection), "head")
