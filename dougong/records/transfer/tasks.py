"""The background tasks of this room, for the worker of the process that serves."""

from collections.abc import Callable

from dougong.records.transfer.exports import export_task
from dougong.records.transfer.imports import import_task
from dougong.storage.engine import Database
from dougong.storage.jobs import Task


def transfer_tasks(database: Database, stopping: Callable[[], bool] = lambda: False) -> tuple[Task, ...]:
    """Imports and exports on `database`; `stopping` tells a long one that the worker is asked to end."""
    return (import_task(database, stopping), export_task(database, stopping))
