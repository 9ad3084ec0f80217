"""Start, attach to and stop the embedded server.

Every process that uses it holds `users.lock` together with the others; the last one stops it. A process that was killed
holds nothing any more, so a server that it left behind is found running and is used and stopped like any other.
"""

import hashlib
import os
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import structlog
from psycopg import sql

from dougong.kit.errors import DougongError, Unavailable
from dougong.storage.embedded.cluster import ROLE, create_cluster, failure, last_words, make_private
from dougong.storage.embedded.locks import Hold, alone, share, take
from dougong.storage.embedded.place import CLUSTER, Place, find_place
from dougong.storage.embedded.programs import Programs

DATABASE = "dougong"
PORT = 5432

START_SECONDS = 120
"""Recovery after a crash may take long; a healthy start takes about one second."""
STOP_SECONDS = 60
IN_USE_SECONDS = 30
"""How long we wait for processes of another server on the cluster to end."""

_SOCKET_BYTES_MAX = 100  # the kernel allows 107 for the whole address
_WATCH_SECONDS = 1.0
_NO_PROCESS = 4_194_304  # one above the highest process id that Linux can give

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Server:
    """A running embedded server. `started`: this process started it (it did not run already)."""

    url: str
    folder: Path
    pid: int
    started: bool
    programs: Programs


@contextmanager
def running(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The embedded server of the data directory `data`, running for the block.

    `settings` are PostgreSQL settings for a server that has to be started. Raises Unavailable (storage.*) with the
    reason when the server cannot be started: folder, disk full, another user's data, in use elsewhere.
    """
    place = find_place(data)
    with alone(place.folder / "start.lock"):
        server = _ensure(place, settings or {})
        hold = share(place.folder / "users.lock")
    try:
        yield server
    finally:
        with alone(place.folder / "start.lock"):
            hold.release()
            last = take(place.folder / "users.lock")
            if last is not None:
                _stop(place)
                last.release()


@contextmanager
def watched(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """For the block, within `running`: start the server again when it dies (killed, out of memory).

    PostgreSQL recovers by itself what was committed; without this every request would fail until somebody restarts us.
    """
    place = find_place(data)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_WATCH_SECONDS):
            if _postmaster(place) is not None:
                continue
            try:
                with alone(place.folder / "start.lock"):
                    if not over.is_set() and _postmaster(place) is None:
                        log.warning("database_died", folder=str(place.folder))
                        _ensure(place, settings or {})
            except DougongError as error:
                log.exception("database_not_restarted", code=error.code)

    watcher = threading.Thread(target=watch, name="dougong-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def data_exists(data: Path) -> bool:
    """There is a database in the data directory already."""
    try:
        return (data / CLUSTER / "PG_VERSION").exists()
    except PermissionError:
        # Another user's, which we may not look into.
        return True


def _attach(place: Place) -> Server | None:
    running_at = _postmaster(place)
    if running_at is None:
        return None
    pid, sockets = running_at
    server = Server(_url(sockets), place.folder, pid, started=False, programs=place.programs)
    deadline = time.monotonic() + START_SECONDS
    while _postmaster(place) is not None:
        if _answers(server.url):
            return server
        if time.monotonic() > deadline:
            raise Unavailable("storage.not_started", folder=str(place.folder), reason=last_words(place))
        time.sleep(0.05)
    return None


def _ensure(place: Place, settings: Mapping[str, str]) -> Server:
    """The server that runs on the cluster, or a new one once nothing runs there. Needs `start.lock`.

    `cluster.lock` is inherited by initdb, by the server and by each of its processes: it is free only when the last of
    them has ended, also one that is still starting or that outlives a killed server. So two servers can never run on
    one cluster, whatever is killed when.
    """
    deadline = time.monotonic() + IN_USE_SECONDS
    while True:
        server = _attach(place)
        if server is not None:
            return server
        lock = take(place.folder / "cluster.lock")
        if lock is not None:
            try:
                if not (place.cluster / "PG_VERSION").exists():
                    create_cluster(place, lock)
                return _launch_and_wait(place, settings, lock)
            finally:
                lock.release()
        if time.monotonic() > deadline:
            # A server that we cannot see: in another container on the same volume.
            raise Unavailable("storage.in_use", folder=str(place.folder))
        time.sleep(0.05)


def _launch_and_wait(place: Place, settings: Mapping[str, str], lock: Hold) -> Server:
    sockets = _socket_folder(place)
    _forget_dead_postmaster(place, sockets)
    process = _launch(place, sockets, settings, lock)
    server = Server(_url(sockets), place.folder, process.pid, started=True, programs=place.programs)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server.url):
        if process.poll() is not None:
            raise failure(last_words(place), place)
        if time.monotonic() > deadline:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)
            raise Unavailable("storage.not_started", folder=str(place.folder), reason=last_words(place))
        time.sleep(0.02)
    _ensure_database(sockets)
    return Server(server.url, server.folder, process.pid, started=True, programs=place.programs)


def _stop(place: Place) -> None:
    """Fast shutdown: open transactions are rolled back, everything committed is on disk. Returns when all has ended."""
    running_at = _postmaster(place)
    if running_at is None:
        return
    pid, sockets = running_at
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while (ended := take(place.folder / "cluster.lock")) is None:
        if time.monotonic() > deadline:
            # Immediate shutdown: nothing committed is lost, the next start recovers.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
            return
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
    ended.release()
    if sockets.parent != place.folder:
        with suppress(OSError):
            sockets.rmdir()


def _postmaster(place: Place) -> tuple[int, Path] | None:
    """Process id and socket folder of the server that runs on the cluster; None when none does."""
    try:
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    if len(lines) < 5 or not lines[0].isdigit() or not lines[4]:
        return None
    pid = int(lines[0])
    if not _is_postmaster(pid, place):
        return None
    return pid, Path(lines[4])


def _is_postmaster(pid: int, place: Place) -> bool:
    """`pid` is alive and is a server of this cluster, not another program that was given the number since."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        listed = subprocess.run(  # noqa: S603  # no shell, a number
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False
        )
        return str(place.cluster).encode() in listed.stdout
    except OSError:
        return False
    return str(place.cluster).encode() in command


def _forget_dead_postmaster(place: Place, sockets: Path) -> None:
    """Let a start succeed although the dead server's process id is in use (by another program, or by its zombie).

    PostgreSQL would take any process of that number for its server. In postmaster.pid only the number is replaced: the
    shared memory key stays, by which PostgreSQL itself also sees whether processes of the dead server still write.
    Needs `cluster.lock`, without which a server that is just starting could be mistaken for a dead one.
    """
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (sockets / name).unlink(missing_ok=True)
    try:
        # The folder is the account's: as root we must not write through a link that it has laid.
        descriptor = os.open(place.cluster / "postmaster.pid", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "r+") as file:
        _, _, rest = file.read().partition("\n")
        file.seek(0)
        file.write(f"{_NO_PROCESS}\n{rest}")
        file.truncate()


def _launch(place: Place, sockets: Path, settings: Mapping[str, str], lock: Hold) -> "subprocess.Popen[bytes]":
    # Who may connect is decided by the kernel: the account that runs the server, and root. Both files lie in our
    # folder and not in the server's, so that root never writes through a link that another user has laid.
    rules = place.folder / "hba.conf"
    rules.write_text("local all all peer map=dougong\n")
    names = place.folder / "ident.conf"
    names.write_text(f'dougong "{place.account.name}" {ROLE}\ndougong root {ROLE}\n')
    rules.chmod(0o644)
    names.chmod(0o644)
    fixed = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(sockets),
        "hba_file": str(rules),
        "ident_file": str(names),
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgres-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        **settings,
    }
    command = [str(place.programs.path("postgres")), "-D", str(place.cluster)]
    for name, value in fixed.items():
        command += ["-c", f"{name}={value}"]
    with (place.folder / "start.log").open("wb") as output:
        return subprocess.Popen(  # noqa: S603  # no shell, our own programs
            command,
            **place.switch,
            pass_fds=(lock.descriptor,),
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl+C in the terminal reaches us, and we stop the server after the requests under way.
            start_new_session=True,
        )


def _socket_folder(place: Place) -> Path:
    """A private folder whose path is short enough for a socket."""
    folder = place.folder / "sockets"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) > _SOCKET_BYTES_MAX:
        name = hashlib.sha256(os.fsencode(place.folder)).hexdigest()[:16]
        folder = Path("/tmp") / f"dougong-{name}"  # noqa: S108  # ownership and mode are checked below
    make_private(place, folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.account.uid or found.st_mode & 0o077:
        raise Unavailable("storage.folder", folder=str(folder), reason="it belongs to somebody else")
    return folder


def _url(sockets: Path, database: str = DATABASE) -> str:
    return f"postgresql://{ROLE}@/{database}?host={quote(str(sockets), safe='')}&port={PORT}"


def _answers(url: str) -> bool:
    # Asked of the database `postgres`, because ours does not exist at the very first start.
    address = url.replace(f"@/{DATABASE}?", "@/postgres?")
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _ensure_database(sockets: Path) -> None:
    with psycopg.connect(_url(sockets, "postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
