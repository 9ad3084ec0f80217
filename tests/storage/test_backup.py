"""A backup holds one moment, is whole or absent, and is restored whole or not at all."""

import os
import tempfile
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from dougong.kit.errors import Conflict, DougongError, Unavailable
from dougong.storage.backup import DUMP, MANIFEST, back_up, read_manifest
from dougong.storage.embedded import running
from dougong.storage.embedded.cluster import create_cluster
from dougong.storage.embedded.locks import take
from dougong.storage.embedded.place import find_place
from dougong.storage.embedded.programs import bundled
from dougong.storage.engine import Database, check_server, open_database
from dougong.storage.migrate import newest_revision
from dougong.storage.restore import holds_data, restore
from dougong.storage.schema import auto_number, change, session


def fill(database: Database, rows: int = 3) -> None:
    with database.transaction() as tx:
        tx.copy(change, ["via", "action"], [("api", f"斗拱 {number}") for number in range(rows)])


def changes(database: Database) -> list[str]:
    with database.snapshot() as snapshot:
        return [row.action for row in snapshot.rows(sa.select(change.c.action).order_by(change.c.id))]


def databases(database: Database) -> set[str]:
    """This database and what was made beside it; other workers of the test run make their own."""
    pattern = f"{database.reading.url.database}(_re.*)?"
    with database.snapshot() as snapshot:
        found = snapshot.fetch("SELECT datname FROM pg_database WHERE datname SIMILAR TO %(p)s", {"p": pattern})
        return {row[0] for row in found}


def refused(database: Database, source: Path, *, force: bool = False) -> str:
    """The code of the refusal to restore; nothing of the database has changed by it."""
    before, there = changes(database), databases(database)
    database.close()
    with pytest.raises(DougongError) as caught:
        restore(database.url, source, force=force)
    assert changes(database) == before
    assert databases(database) == there
    return caught.value.code


def test_what_was_backed_up_is_restored_into_another_database(
    make_database: Callable[..., Database], tmp_path: Path
) -> None:
    source, target = make_database(bare=True), make_database(bare=True)
    fill(source)
    with source.transaction() as tx:
        tx.execute(sa.insert(session), {"token_hash": b"x", "user_id": 1, "csrf": "c", "expires_at": "infinity"})
        tx.fetch("SELECT setval('record_id', 4711)")
    manifest = back_up(source.url, tmp_path / "all.dougong")
    assert manifest.rows["public.change"] == 3
    assert (tmp_path / "all.dougong").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["all.dougong"]
    assert not holds_data(target.url)
    assert restore(target.url, tmp_path / "all.dougong") == manifest
    assert changes(target) == changes(source) == ["斗拱 0", "斗拱 1", "斗拱 2"]
    with target.snapshot() as snapshot:
        assert snapshot.fetch("SELECT nextval('record_id')") == [(4712,)]
        assert snapshot.fetch("SELECT count(*) FROM public.session") == [(0,)]
    assert databases(target) == {target.reading.url.database}


def test_a_backup_goes_into_an_older_server(database: Database, run_folder: Path, tmp_path: Path) -> None:
    """From the embedded server into a company's own PostgreSQL of an earlier major version."""
    fill(database)
    manifest = back_up(database.url, tmp_path / "b")
    oldest = bundled()[-1]
    assert oldest.major < bundled()[0].major
    folder = Path(tempfile.mkdtemp(prefix="older ", dir=run_folder))
    folder.chmod(0o755)
    lock = take(folder / "cluster.lock")
    assert lock is not None
    create_cluster(replace(find_place(folder), programs=oldest), lock)
    lock.release()
    with running(folder, {"shared_buffers": "16MB", "fsync": "off"}) as older:
        assert check_server(older.url) // 10_000 == oldest.major
        assert restore(older.url, tmp_path / "b") == manifest
        target = open_database(older.url, pool_size=1)
        assert changes(target) == ["斗拱 0", "斗拱 1", "斗拱 2"]
        target.close()
        # And back, by what an older server gives.
        assert back_up(older.url, tmp_path / "again").rows == manifest.rows


def test_a_backup_under_writes_is_of_one_moment(database: Database, tmp_path: Path) -> None:
    """Two tables that always hold equally many rows do so in the backup too."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with database.transaction() as tx:
                tx.execute(sa.insert(change), {"via": "api", "action": "x"})
                tx.execute(sa.insert(auto_number), {"object": "x", "field": str(number), "period": ""})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifest = back_up(database.url, tmp_path / "b")
    finally:
        stop.set()
        writer.join()
    assert manifest.rows["public.change"] == manifest.rows["public.auto_number"]
    database.close()
    restore(database.url, tmp_path / "b", force=True)
    assert len(changes(database)) == manifest.rows["public.change"]


def test_an_existing_file_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(Conflict) as caught:
        back_up(database.url, tmp_path / "b")
    assert caught.value.code == "storage.backup_exists"
    assert (tmp_path / "b").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        back_up(database.url, tmp_path / "absent" / "b")
    assert caught.value.code == "storage.backup_unwritable"


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs a small file system")
def test_a_full_disk_leaves_no_half_backup(database: Database, tmp_path: Path) -> None:
    fill(database)
    small = tmp_path / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=16k tmpfs {small} 2>/dev/null") != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(Unavailable) as caught:
            back_up(database.url, small / "b")
        assert caught.value.code == "storage.disk_full_backup"
        assert list(small.iterdir()) == []
    finally:
        os.system(f"umount {small}")


def test_data_are_only_replaced_by_force(database: Database, tmp_path: Path) -> None:
    fill(database, 1)
    back_up(database.url, tmp_path / "b")
    fill(database, 2)
    assert refused(database, tmp_path / "b") == "storage.restore_not_empty"
    database.close()
    restore(database.url, tmp_path / "b", force=True)
    assert len(changes(database)) == 1


def test_a_database_in_use_is_not_replaced(database: Database, tmp_path: Path) -> None:
    back_up(database.url, tmp_path / "b")
    with psycopg.connect(database.url):
        assert refused(database, tmp_path / "b") == "storage.restore_in_use"


def test_a_file_that_is_no_whole_backup_changes_nothing(database: Database, tmp_path: Path) -> None:
    fill(database)
    whole = tmp_path / "whole"
    back_up(database.url, whole)
    content = whole.read_bytes()
    spoilt = {
        "empty": b"",
        "text": "斗拱".encode(),
        "cut": content[:-200],
        "half": content[: len(content) // 2],
        "flipped": content[:5000] + bytes([content[5000] ^ 0xFF]) + content[5001:],
    }
    for name, data in spoilt.items():
        (tmp_path / name).write_bytes(data)
        assert refused(database, tmp_path / name, force=True) == "storage.backup_damaged", name
    assert refused(database, tmp_path / "absent", force=True) == "storage.backup_missing"
    assert refused(database, tmp_path, force=True) == "storage.backup_unreadable"


def rewritten(source: Path, target: Path, manifest: str | None = None, dump: bytes | None = None) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        new.writestr(MANIFEST, manifest or old.read(MANIFEST))
        new.writestr(DUMP, old.read(DUMP) if dump is None else dump)
    return target


def test_a_backup_of_another_version_is_refused(database: Database, tmp_path: Path) -> None:
    back_up(database.url, tmp_path / "b")
    told = zipfile.ZipFile(tmp_path / "b").read(MANIFEST).decode()
    newer = rewritten(tmp_path / "b", tmp_path / "n", manifest=told.replace('"format": 1', '"format": 2'))
    assert refused(database, newer) == "storage.backup_newer"
    ours = f'"revision": "{newest_revision()}"'
    assert ours in told
    later = rewritten(tmp_path / "b", tmp_path / "l", manifest=told.replace(ours, '"revision": "0999"'))
    assert refused(database, later) == "storage.backup_newer"


def test_a_restore_that_fails_half_way_leaves_the_old_data(database: Database, tmp_path: Path) -> None:
    fill(database, 500)
    back_up(database.url, tmp_path / "b")
    dump = zipfile.ZipFile(tmp_path / "b").read(DUMP)
    cut = rewritten(tmp_path / "b", tmp_path / "c", dump=dump[: len(dump) - 3000])
    assert refused(database, cut, force=True) == "storage.restore_failed"
    told = zipfile.ZipFile(tmp_path / "b").read(MANIFEST).decode()
    wrong = rewritten(tmp_path / "b", tmp_path / "w", manifest=told.replace(": 500", ": 501"))
    assert refused(database, wrong, force=True) == "storage.restore_failed"


def test_the_manifest_tells_what_is_inside(database: Database, tmp_path: Path) -> None:
    fill(database)
    made = back_up(database.url, tmp_path / "b")
    assert read_manifest(tmp_path / "b") == made
    assert made.total >= 3


def test_a_connection_that_is_just_leaving_does_not_count(database: Database, tmp_path: Path) -> None:
    manifest = back_up(database.url, tmp_path / "b")
    database.close()
    leaving = psycopg.connect(database.url)
    closing = threading.Timer(0.5, leaving.close)
    closing.start()
    assert restore(database.url, tmp_path / "b") == manifest
    closing.join()
