"""Ending a process in order when a signal asks for it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType


class Stopped(Exception):
    """A signal asked us to stop; the blocks that are open close what they opened."""


@contextmanager
def stopped_by_signals(*signals: signal.Signals) -> Iterator[None]:
    """The first of `signals` raises `Stopped`, so that everything opened is closed in order; more of them are ignored,
    because they would break into the closing."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """Let this process end at once when the one that started it is gone, even by `kill -9`: nobody would stop it, and
    it would hold the port and the database."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    threading.Thread(target=watch, args=(parent.sentinel,), name="dougong-parent", daemon=True).start()
