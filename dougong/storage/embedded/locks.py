"""Locks on files: the kernel drops them with the process, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hold:
    """A lock that is held until `release`, and by child processes that were given the descriptor until they end."""

    descriptor: int

    def release(self) -> None:
        """Give our part of the lock up. It is closed, not unlocked: that would take it from our children too."""
        os.close(self.descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def share(path: Path) -> Hold:
    """Hold `path` together with others, waiting while somebody has it alone."""
    descriptor = _open(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return Hold(descriptor)


def take(path: Path) -> Hold | None:
    """Hold `path` alone, or None at once when anybody holds it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return Hold(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold `path` alone for the block, waiting for others to give it up."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
