"""What an assistant's setting must be (domain.md 1.6)."""

from dougong.kit.errors import Problem
from dougong.records.hooks import Batch
from dougong.records.work import Writing


def not_oneself(batch: Batch, _w: Writing) -> list[Problem]:
    """A problem for each setting that makes somebody their own assistant. Two may assist each other."""
    return [
        Problem("assistant.oneself", "assistant_id", row.number)
        for row in batch.live
        if row.after("assistant_id") is not None and row.after("assistant_id") == row.after("manager_id")
    ]
