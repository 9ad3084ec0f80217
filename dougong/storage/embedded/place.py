"""Where the embedded server keeps its files and whose account it runs under.

PostgreSQL refuses to run as root. Started by root it therefore runs as another user, in a folder that this user can
reach; where a parent of the data directory is closed to that user, the database goes to a folder of its own under
/var/lib and the data directory holds a link to it. Permissions of folders that we did not make are never changed.
"""

import errno
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from dougong.kit.errors import Unavailable
from dougong.storage.embedded.programs import Programs, newest, of_cluster

ACCOUNTS = ("dougong", "nobody")
"""Whom root lets run the server: the first of these users that exists."""

ELSEWHERE = (Path("/var/lib/dougong"), Path("/var/tmp/dougong"))  # noqa: S108  # survives a restart, private below
"""Where root puts the database when the data directory cannot be reached by that user."""

CLUSTER = "postgres"


@dataclass(frozen=True)
class Account:
    """The operating system user that PostgreSQL runs as."""

    uid: int
    gid: int
    name: str

    @property
    def is_ours(self) -> bool:
        """It is the user that runs this process, so nothing needs to be switched."""
        return self.uid == os.geteuid()


class Switch(TypedDict, total=False):
    """The arguments of subprocess that run a program as another user."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True)
class Place:
    """A folder of ours with the cluster, the sockets and the lock files in it, and the account that runs there."""

    folder: Path
    account: Account
    programs: Programs

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / CLUSTER

    @property
    def switch(self) -> Switch:
        """How subprocess becomes the account."""
        return switch_to(self.account)


def switch_to(account: Account) -> Switch:
    """The arguments of subprocess that run a program as `account`; none when that is us."""
    if account.is_ours:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def find_place(data: Path) -> Place:
    """The place of the data directory `data`, made when it does not exist yet.

    Raises Unavailable: storage.folder (cannot be made or written), storage.not_yours (another user's database),
    storage.no_account, storage.no_programs, storage.other_major.
    """
    data = data.absolute()
    try:
        _make_open(data)
    except OSError as error:
        raise Unavailable("storage.folder", folder=str(data), reason=error.strerror) from error
    if not data.is_dir():
        raise Unavailable("storage.folder", folder=str(data), reason=os.strerror(errno.ENOTDIR))
    if not os.access(data, os.W_OK | os.X_OK):
        raise Unavailable("storage.folder", folder=str(data), reason=os.strerror(errno.EACCES))
    cluster = data / CLUSTER
    if _is_closed(cluster) or (cluster / "PG_VERSION").exists():
        return _existing(cluster.resolve())
    account = _account()
    folder = cluster.resolve().parent if cluster.is_symlink() else data
    if not account.is_ours and not _reaches(account, folder):
        folder = _elsewhere(account)
        (folder / CLUSTER).mkdir(mode=0o700)
        os.chown(folder / CLUSTER, account.uid, account.gid)
        cluster.unlink(missing_ok=True)
        cluster.symlink_to(folder / CLUSTER, target_is_directory=True)
    return Place(folder, account, _usable_programs(newest(), account, folder))


def _existing(cluster: Path) -> Place:
    owner = cluster.stat().st_uid
    if os.geteuid() not in {0, owner}:
        raise Unavailable("storage.not_yours", folder=str(cluster), owner=_user_name(owner))
    status = cluster.stat()
    account = Account(status.st_uid, status.st_gid, _user_name(status.st_uid))
    if account.uid == 0:
        raise Unavailable("storage.no_account", folder=str(cluster))
    if not account.is_ours and not _reaches(account, cluster.parent):
        raise Unavailable("storage.out_of_reach", folder=str(cluster), user=account.name)
    return Place(cluster.parent, account, _usable_programs(of_cluster(cluster), account, cluster.parent))


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), _user_name(os.geteuid()))
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name)
    raise Unavailable("storage.no_account", folder="")


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        # initdb needs a name too; without an entry in passwd (some containers) it cannot run.
        raise Unavailable("storage.nameless", uid=uid) from None


def _is_closed(cluster: Path) -> bool:
    """A cluster that we may not even look into: another user's."""
    return cluster.is_dir() and not os.access(cluster, os.R_OK | os.X_OK)


def _make_open(folder: Path) -> None:
    """Make the folder and its missing parents. For root they are opened for passing through, whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            path.chmod(0o755)


def _reaches(account: Account, folder: Path) -> bool:
    return _runs(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], account)


def _runs(command: Sequence[str], account: Account) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  # no shell, our own programs
            command,
            **switch_to(account),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0


def _elsewhere(account: Account) -> Path:
    for base in ELSEWHERE:
        try:
            _make_open(base)
            # A name that nobody else can have chosen: no other database is ever found here by accident.
            folder = base / secrets.token_hex(8)
            folder.mkdir()
            folder.chmod(0o755)
        except OSError:
            continue
        if _reaches(account, folder):
            return folder
        folder.rmdir()
    raise Unavailable("storage.out_of_reach", folder=str(ELSEWHERE[0]), user=account.name)


def _usable_programs(programs: Programs, account: Account, folder: Path) -> Programs:
    """The same programs, copied into our folder where the account cannot run them where they are installed
    (a virtual environment below /root)."""
    if account.is_ours or _runs([str(programs.path("postgres")), "--version"], account):
        return programs
    copy = folder / f"programs-{programs.major}"
    if not copy.exists():
        unfinished = folder / f"programs-{secrets.token_hex(4)}"
        shutil.copytree(programs.folder, unfinished, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
        unfinished.rename(copy)
    copied = Programs(copy, programs.major)
    if not _runs([str(copied.path("postgres")), "--version"], account):
        raise Unavailable("storage.out_of_reach", folder=str(copied.path("postgres")), user=account.name)
    return copied
