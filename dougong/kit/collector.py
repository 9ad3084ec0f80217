"""When Python looks for objects that only refer to each other.

It does so after every 700 new objects, and walks what it has not freed yet. A batch of an import makes hundreds of
thousands of objects that live until it is stored, none of which refer in circles: a quarter of an import under
duplicate rules went into looking at them again and again (docs/performance.md, 2026-11-26).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

NEW_OBJECTS, YOUNG_ROUNDS, OLD_ROUNDS = 20_000, 20, 20


def collect_seldom() -> None:
    """Look for cycles after every 20,000 new objects only; what nobody refers to is freed at once anyway."""
    gc.set_threshold(NEW_OBJECTS, YOUNG_ROUNDS, OLD_ROUNDS)


@contextmanager
def loading() -> Iterator[None]:
    """What is made in the block (modules) stays: looking for cycles in it would take a seventh of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """What this process has loaded by now stays: its objects are never looked at again. Collects seldom from now on."""
    collect_seldom()
    gc.collect()
    gc.freeze()
