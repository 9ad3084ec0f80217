"""Backup and restore: one file with everything, taken at one moment, put back whole or not at all.

The file is a zip: `manifest.json` (what it is and how many rows each table has) and `database.dump` (pg_dump's custom
format). The zip's checksums tell a damaged file before anything is touched; a restore goes into a new database, is
counted against the manifest, and only then takes the place of the old one.
"""

import errno
import json
import os
import secrets
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from dougong import __version__
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, DougongError, Unavailable
from dougong.storage.engine import check_server, driver_url, libpq_address
from dougong.storage.failures import translated
from dougong.storage.migrate import known_revisions, upgrade
from dougong.storage.tools import addressed, find_tool

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"

# Whoever was signed in when the backup was made signs in again after a restore.
LEFT_OUT = ("public.session",)

_TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'data') ORDER BY 1, 2
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What a backup file says of itself. `rows` by table, `created_at` ISO 8601 UTC, `server` as 18.4."""

    format: int
    release: str
    revision: str
    server: str
    created_at: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def back_up(url: str, target: Path) -> Manifest:
    """Write a backup of the database at `url` to the new file `target`, while the database is in use.

    The file appears under its name only when it is complete and on disk. Raises Conflict("storage.backup_exists") and
    Unavailable: storage.backup_unwritable, storage.disk_full_backup, storage.not_set_up, storage.no_tool.
    """
    if target.exists() or target.is_symlink():
        raise Conflict("storage.backup_exists", file=str(target))
    version = check_server(url)
    tool = find_tool("pg_dump", version)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with _written(target, part):
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            manifest = _write(url, version, tool, file)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, never replaces a file that somebody made meanwhile.
        os.link(part, target)
    return manifest


@contextmanager
def _written(target: Path, part: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise Conflict("storage.backup_exists", file=str(target)) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Unavailable("storage.disk_full_backup", file=str(target)) from error
        raise Unavailable("storage.backup_unwritable", file=str(target), reason=error.strerror) from error
    finally:
        part.unlink(missing_ok=True)


def _write(url: str, version: int, tool: Path, file: IO[bytes]) -> Manifest:
    with translated(), psycopg.connect(libpq_address(url)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None
        manifest = _manifest(connection, version)
        with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_STORED) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
            with archive.open(DUMP, "w", force_zip64=True) as entry:
                _dump(url, tool, found[0], entry)
    return manifest


def _manifest(connection: "psycopg.Connection[tuple[object, ...]]", version: int) -> Manifest:
    names = connection.execute(_TABLES).fetchall()
    if ("public", "alembic_version") not in names:
        raise Unavailable("storage.not_set_up")
    revision = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return Manifest(
        format=FORMAT,
        release=__version__,
        revision=str(revision[0]) if revision else "",
        server=f"{version // 10_000}.{version % 10_000}",
        created_at=now().isoformat(timespec="seconds"),
        rows={
            f"{schema}.{table}": _count(connection, str(schema), str(table))
            for schema, table in names
            if f"{schema}.{table}" not in LEFT_OUT
        },
    )


def _count(connection: "psycopg.Connection[tuple[object, ...]]", schema: str, table: str) -> int:
    found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    assert found is not None
    return int(str(found[0]))


def _dump(url: str, tool: Path, snapshot: str, entry: IO[bytes]) -> None:
    address, environment = addressed(url)
    command = [
        str(tool),
        f"--dbname={address}",
        "--format=custom",
        "--compress=gzip:4",
        "--no-owner",
        "--no-privileges",
        "--no-tablespaces",
        "--no-publications",
        "--no-subscriptions",
        "--extension=plpgsql",
        f"--snapshot={snapshot}",
        *(f"--exclude-table-data={name}" for name in LEFT_OUT),
    ]
    with subprocess.Popen(  # noqa: S603  # no shell, PostgreSQL's own program
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            shutil.copyfileobj(process.stdout, entry, _CHUNK)
        except BaseException:
            process.kill()
            raise
        reason = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise Unavailable("storage.backup_failed", reason=reason)


def read_manifest(source: Path) -> Manifest:
    """What the backup file says of itself, after every byte of the file was checked.

    Raises Unavailable: storage.backup_missing, storage.backup_damaged, storage.backup_newer.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            if archive.testzip() is not None:
                raise Unavailable("storage.backup_damaged", file=str(source))
            archive.getinfo(DUMP)
            told = json.loads(archive.read(MANIFEST))
        if told["format"] != FORMAT or told["revision"] not in known_revisions():
            raise Unavailable("storage.backup_newer", file=str(source), release=told["release"], ours=__version__)
        return Manifest(**told)
    except FileNotFoundError as error:
        raise Unavailable("storage.backup_missing", file=str(source)) from error
    except OSError as error:
        raise Unavailable("storage.backup_unreadable", file=str(source), reason=error.strerror) from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise Unavailable("storage.backup_damaged", file=str(source)) from error


def restore(url: str, source: Path, *, force: bool = False) -> Manifest:
    """Put the backup `source` in the place of the database at `url`.

    Everything is restored beside the database first; only when all rows are there the two change names, in one
    transaction. Until then, and after any failure, the old database is as it was. Raises what `read_manifest` raises,
    Conflict: storage.restore_not_empty (without `force`), storage.restore_in_use, and Unavailable:
    storage.restore_failed, storage.restore_not_allowed, storage.disk_full.
    """
    manifest = read_manifest(source)
    tool = find_tool("pg_restore", check_server(url))
    name = str(driver_url(url).database)
    fresh, old = f"{name}_restored_{secrets.token_hex(4)}", f"{name}_replaced_{secrets.token_hex(4)}"
    if holds_data(url) and not force:
        raise Conflict("storage.restore_not_empty", database=name)
    with translated(), psycopg.connect(libpq_address(url, "postgres"), autocommit=True) as connection:
        _refuse_in_use(connection, name)
        try:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(fresh))
            )
        except psycopg.errors.InsufficientPrivilege as error:
            raise Unavailable("storage.restore_not_allowed", database=name) from error
        try:
            _fill(url, fresh, tool, source)
            _compare(libpq_address(url, fresh), manifest, source)
            upgrade(driver_url(url).set(database=fresh).render_as_string(hide_password=False))
            with psycopg.connect(libpq_address(url, fresh), autocommit=True) as filled:
                filled.execute("ANALYZE")
            _refuse_in_use(connection, name)
            with connection.transaction():
                for was, becomes in ((name, old), (fresh, name)):
                    connection.execute(
                        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(was), sql.Identifier(becomes))
                    )
        except BaseException:
            _drop(connection, fresh)
            raise
        _drop(connection, old)
    return manifest


def holds_data(url: str) -> bool:
    """Somebody has worked in the database at `url`: it knows of a change."""
    with translated(), psycopg.connect(libpq_address(url), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('public.change')").fetchone() == (None,):
            return bool(connection.execute(_TABLES).fetchall())
        return connection.execute("SELECT EXISTS (SELECT FROM public.change)").fetchone() == (True,)


def _refuse_in_use(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    found = connection.execute(_OTHERS, [name]).fetchone()
    if found is not None and found[0]:
        raise Conflict("storage.restore_in_use", database=name, connections=found[0])


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    # What is left over is named so that an administrator knows it; it does no harm.
    with suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: str, database: str, tool: Path, source: Path) -> None:
    address, environment = addressed(url, database)
    command = [
        str(tool),
        f"--dbname={address}",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
    ]
    with (
        zipfile.ZipFile(source) as archive,
        archive.open(DUMP) as entry,
        subprocess.Popen(  # noqa: S603  # no shell, PostgreSQL's own program
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stderr is not None
        # When it gives up it stops reading; its own words below say why.
        with suppress(BrokenPipeError):
            shutil.copyfileobj(entry, process.stdin, _CHUNK)
        with suppress(BrokenPipeError):
            process.stdin.close()
        reason = process.stderr.read().decode(errors="replace").strip()
    if process.returncode != 0:
        raise _failure(reason, source)


def _failure(reason: str, source: Path) -> DougongError:
    if "No space left on device" in reason:
        return Unavailable("storage.disk_full")
    return Unavailable("storage.restore_failed", file=str(source), reason=reason[-1000:])


def _compare(url: str, manifest: Manifest, source: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table, expected in manifest.rows.items():
            schema, _, name = table.partition(".")
            found = _count(connection, schema, name)
            if found != expected:
                reason = f"{table}: {found} rows instead of {expected}"
                raise Unavailable("storage.restore_failed", file=str(source), reason=reason)
