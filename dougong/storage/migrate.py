"""Brings the system tables of a database to this release's version: Alembic, driven from here and from nowhere else.

Most starts find nothing to do, and learn it from the names of the files: loading Alembic and 29 migrations takes a
second. Each file is called by the revision that it brings (0029_samples.py).
"""

from functools import cache
from importlib import resources
from pathlib import Path

import sqlalchemy as sa

from dougong.kit.errors import Unavailable
from dougong.storage.engine import driver_url
from dougong.storage.failures import translated

# Any constant will do; it keeps two servers that start at once from migrating at once.
_UPGRADE_LOCK = 4_915_067


_VERSION = sa.table("alembic_version", sa.column("version_num"), schema="public")


def migrations() -> Path:
    """The directory of the migrations, as Alembic wants it."""
    return Path(str(resources.files("dougong.storage").joinpath("migrations")))


def newest_revision() -> str:
    """The revision that this release needs."""
    return max(known_revisions())


@cache
def known_revisions() -> frozenset[str]:
    """All revisions that this release knows how to upgrade from, its own included."""
    return frozenset(path.stem.partition("_")[0] for path in (migrations() / "versions").glob("[0-9]*.py"))


def current_revision(connection: sa.Connection) -> str | None:
    """The revision of the connected database; None when it has never been set up."""
    if connection.scalar(sa.select(sa.func.to_regclass(_VERSION.fullname))) is None:
        return None
    found: str | None = connection.scalar(sa.select(_VERSION.c.version_num))
    return found


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
        _run_migrations(connection)


def _run_migrations(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415  # see the head of this module
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(migrations()))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
