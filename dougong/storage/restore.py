"""Restore: a backup put back whole or not at all.

It goes into a new database beside the old one, is counted against the manifest, and only then takes its place.
"""

import re
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from dougong.kit.errors import Conflict, DougongError, Unavailable
from dougong.storage.backup import CHUNK, DUMP, TABLES, Manifest, count_rows, read_manifest
from dougong.storage.engine import check_server, driver_url, libpq_address
from dougong.storage.failures import translated
from dougong.storage.migrate import upgrade
from dougong.storage.tools import addressed, find_tool

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_SETTING = re.compile(rb"SET (\w+) = ")
_LEAVING_SECONDS = 3
"""A connection that has just been closed (our own, or a server's that was stopped) is listed a moment longer."""


def restore(url: str, source: Path, *, force: bool = False) -> Manifest:
    """Put the backup `source` in the place of the database at `url`.

    Everything is restored beside the database first; only when all rows are there the two change names, in one
    transaction. Until then, and after any failure, the old database is as it was. Raises what `read_manifest` raises,
    Conflict: storage.restore_not_empty (without `force`), storage.restore_in_use, and Unavailable:
    storage.restore_failed, storage.restore_not_allowed, storage.disk_full.
    """
    manifest = read_manifest(source)
    version = check_server(url)
    tools = find_tool("pg_restore", version), find_tool("psql", version)
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
            _fill(url, fresh, tools, source)
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
            return bool(connection.execute(TABLES).fetchall())
        return connection.execute("SELECT EXISTS (SELECT FROM public.change)").fetchone() == (True,)


def _refuse_in_use(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    deadline = time.monotonic() + _LEAVING_SECONDS
    while (found := connection.execute(_OTHERS, [name]).fetchone()) is not None and found[0]:
        if time.monotonic() > deadline:
            raise Conflict("storage.restore_in_use", database=name, connections=found[0])
        time.sleep(0.1)


def _drop(connection: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    # What is left over is named so that an administrator knows it; it does no harm.
    with suppress(psycopg.Error):
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: str, database: str, tools: tuple[Path, Path], source: Path) -> None:
    """Put the dump into the empty `database`: pg_restore writes it out as statements, psql runs them.

    Left to itself pg_restore first sets what its own release knows (transaction_timeout of 17), and an older server
    refuses; so what this server does not know is left out between the two.
    """
    address, environment = addressed(url, database)
    writing_out = [str(tools[0]), "--file=-", "--no-owner", "--no-privileges"]
    running = [
        str(tools[1]),
        f"--dbname={address}",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
        "--file=-",
    ]
    with psycopg.connect(libpq_address(url, database), autocommit=True) as connection:
        known = {str(row[0]).encode() for row in connection.execute("SELECT name FROM pg_settings").fetchall()}
    with ExitStack() as stack:
        entry = stack.enter_context(stack.enter_context(zipfile.ZipFile(source)).open(DUMP))
        complaints = stack.enter_context(tempfile.TemporaryFile())
        started = [
            subprocess.Popen(  # noqa: S603  # no shell, PostgreSQL's own programs
                command, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=complaints
            )
            for command, output in ((writing_out, subprocess.PIPE), (running, subprocess.DEVNULL))
        ]
        dump, script, statements = started[0].stdin, started[0].stdout, started[1].stdin
        assert dump is not None
        assert script is not None
        assert statements is not None
        feeder = threading.Thread(target=_pour, args=(entry, dump))
        feeder.start()
        try:
            with suppress(BrokenPipeError):
                statements.writelines(_known_settings(script, known))
            _pour(script, statements)
        except BaseException:
            for process in started:
                process.kill()
            raise
        finally:
            # When psql gives up, pg_restore ends for want of a reader; their own words below say why.
            script.close()
            feeder.join()
            codes = [process.wait() for process in reversed(started)]
        complaints.seek(0)
        reason = complaints.read().decode(errors="replace").strip()
    if any(codes):
        raise _failure(reason, source)


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy all of it and close the target. A reader that has gone is no mistake of ours."""
    with suppress(BrokenPipeError):
        shutil.copyfileobj(source, target, CHUNK)
    with suppress(BrokenPipeError):
        target.close()


def _known_settings(script: IO[bytes], known: Collection[bytes]) -> Iterator[bytes]:
    """The script's head, up to its first object, without settings that are not `known`."""
    for line in script:
        setting = _SETTING.match(line)
        if setting is None or setting[1] in known:
            yield line
        if line.startswith(b"-- Name: "):
            return


def _failure(reason: str, source: Path) -> DougongError:
    if "No space left on device" in reason:
        return Unavailable("storage.disk_full")
    return Unavailable("storage.restore_failed", file=str(source), reason=reason[-1000:])


def _compare(url: str, manifest: Manifest, source: Path) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table, expected in manifest.rows.items():
            schema, _, name = table.partition(".")
            found = count_rows(connection, schema, name)
            if found != expected:
                reason = f"{table}: {found} rows instead of {expected}"
                raise Unavailable("storage.restore_failed", file=str(source), reason=reason)
