"""Backup: one file with everything, taken at one moment. (restore.py puts it back.)

The file is a zip: `manifest.json` (what it is and how many rows each table has) and `database.dump` (pg_dump's custom
format). The zip's checksums tell a damaged file before anything is touched.
"""

import errno
import json
import os
import secrets
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from dougong import __version__
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, Unavailable
from dougong.storage.engine import check_server, libpq_address
from dougong.storage.failures import translated
from dougong.storage.migrate import known_revisions
from dougong.storage.tools import addressed, find_tool

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"

# Whoever was signed in when the backup was made signs in again after a restore.
LEFT_OUT = ("public.session",)

TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND (n.nspname IN ('public', 'data') OR n.nspname LIKE 'gone\\_%') ORDER BY 1, 2
"""
CHUNK = 1024 * 1024


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
    names = connection.execute(TABLES).fetchall()
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
            f"{schema}.{table}": count_rows(connection, str(schema), str(table))
            for schema, table in names
            if f"{schema}.{table}" not in LEFT_OUT
        },
    )


def count_rows(connection: "psycopg.Connection[tuple[object, ...]]", schema: str, table: str) -> int:
    """The rows of a table, one by one."""
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
            shutil.copyfileobj(process.stdout, entry, CHUNK)
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
