"""The migrations make the system tables exactly as `storage.schema` declares them."""

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dougong.kit.errors import Unavailable
from dougong.storage.embedded import Server
from dougong.storage.engine import Database, driver_url
from dougong.storage.failures import translated
from dougong.storage.migrate import current_revision, known_revisions, migrations, newest_revision, upgrade
from dougong.storage.schema import meta_version, system


def test_the_migrations_make_exactly_the_declared_tables(database: Database) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and str(name).startswith("procrastinate_"))

    with database.snapshot() as snapshot:
        context = MigrationContext.configure(
            snapshot.connection, opts={"compare_type": True, "compare_server_default": True, "include_name": ours}
        )
        assert compare_metadata(context, system) == []
        assert current_revision(snapshot.connection) == newest_revision()
        assert snapshot.one(sa.select(meta_version)) == (1, 0, 0)


def test_each_migration_is_in_a_file_of_its_name() -> None:
    scripts = ScriptDirectory.from_config(_configured())
    assert newest_revision() == scripts.get_current_head()
    assert known_revisions() == {script.revision for script in scripts.walk_revisions()}


def _configured() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    return config


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database.url)
    with database.snapshot() as snapshot:
        assert snapshot.one(sa.select(meta_version)) == (1, 0, 0)


def test_a_database_of_a_newer_release_is_refused(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(sa.update(sa.table("alembic_version", sa.column("version_num"))), {"version_num": "9999"})
    with pytest.raises(Unavailable) as caught:
        upgrade(database.url)
    assert caught.value.code == "storage.newer"


def test_a_user_who_may_not_create_tables_is_told(server: Server) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE ROLE poor LOGIN")
        try:
            engine = sa.create_engine(driver_url(server.url), poolclass=sa.NullPool)
            sa.event.listen(engine, "connect", lambda raw, _: raw.execute("SET ROLE poor"))
            with pytest.raises(Unavailable) as caught, translated(), engine.connect() as poor:
                poor.exec_driver_sql("CREATE TABLE public.mine ()")
            assert caught.value.code == "storage.not_allowed"
        finally:
            connection.execute("DROP ROLE poor")
