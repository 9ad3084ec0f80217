"""Making a cluster, and reading what PostgreSQL says when it will not have it."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from dougong.kit.errors import DougongError, Unavailable
from dougong.storage.embedded.locks import Hold
from dougong.storage.embedded.place import Place

ROLE = "dougong"

NEEDED_BYTES = 200 * 1024 * 1024
"""Free space without which we do not even begin to make a database."""


def create_cluster(place: Place, lock: Hold) -> None:
    """Make PostgreSQL's data directory, whole or not at all. `lock` is held by initdb too, until it ends.

    Raises Unavailable: storage.disk_full_start, storage.not_started with initdb's words.
    """
    free = shutil.disk_usage(place.folder).free
    if free < NEEDED_BYTES:
        raise Unavailable("storage.disk_full_start", folder=str(place.folder), free=free // 1024**2, needed=200)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024**2
    tuning = {
        # Taken page by page as the data need it, so that a small company on a large machine does not pay for it.
        "shared_buffers": f"{max(32, min(2048, memory // 8))}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(256, memory // 16))}MB",
        "max_connections": "100",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }
    # A folder of another name first, renamed when it is complete: a cluster that is there is a whole one.
    unfinished = place.folder / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_private(place, unfinished)
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if place.programs.major >= 17 else []
    done = subprocess.run(  # noqa: S603  # no shell, our own programs
        [
            str(place.programs.path("initdb")),
            f"--pgdata={unfinished}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            "--no-locale",
            *provider,
            "--auth=reject",
            "--data-checksums",
            "--no-instructions",
            *(f"--set={name}={value}" for name, value in tuning.items()),
        ],
        **place.switch,
        pass_fds=(lock.descriptor,),
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise failure(done.stderr or done.stdout, place)
    if place.cluster.is_dir():
        place.cluster.rmdir()
    unfinished.rename(place.cluster)


def make_private(place: Place, folder: Path) -> None:
    """Make a folder that only the account may use. What exists already is left as it is."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        if not place.account.is_ours:
            os.chown(folder, place.account.uid, place.account.gid, follow_symlinks=False)


def last_words(place: Place) -> str:
    """What the server said before it gave up: its output and, once it logs to files, the end of the newest one."""
    logs = sorted((place.cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    texts = []
    for path in (place.folder / "start.log", *logs[-1:]):
        with suppress(OSError):
            texts += path.read_text(errors="replace").splitlines()[-8:]
    return "\n".join(texts)


def failure(reason: str, place: Place) -> DougongError:
    """The refusal for what initdb or the server gave as its reason to give up."""
    if "No space left on device" in reason:
        return Unavailable("storage.disk_full_start", folder=str(place.folder), free=0, needed=200)
    return Unavailable("storage.not_started", folder=str(place.folder), reason=reason.strip()[-2000:])
