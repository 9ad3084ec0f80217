"""The roles and profiles that the product ships stay: everything else may rely on them (domain.md 1.2, 1.3)."""

from dougong.kit.errors import Problem
from dougong.records.hooks import Act, Batch
from dougong.records.work import Writing


def kept(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each preset that would be deleted, and for who makes or unmakes one: only the product does."""
    if batch.act is Act.DELETE:
        return [_problem("preset.delete", batch, row.number) for row in batch.live if row.old.get("preset")]
    if w.actor.user_id is None:
        return []
    touched = [row for row in batch.live if row.changes("preset") and (row.old or row.after("preset"))]
    return [_problem("preset.flag", batch, row.number, "preset") for row in touched]


def _problem(code: str, batch: Batch, row: int, field: str | None = None) -> Problem:
    return Problem(code, field, row, {"object": batch.object.name})
