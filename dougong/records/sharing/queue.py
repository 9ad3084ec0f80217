"""The one job that brings records in step with the sharing rules: it is queued with whatever gives it work."""

from dougong.storage.jobs import defer
from dougong.storage.unit_of_work import Transaction

TASK = "sharing rules"


def queue_recalculation(tx: Transaction) -> None:
    """Have the worker look, once the transaction is committed, at what the rules have left to do."""
    defer(tx, TASK, lock=TASK, once=TASK)
