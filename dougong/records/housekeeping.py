"""What is thrown away by night: what lay too long in the recycle bins, loose uploads, old files of jobs, old news."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from dougong.access.principal import system
from dougong.kit.clock import now
from dougong.metadata.bin import purge_bin
from dougong.metadata.registry import load_registry
from dougong.records.files import remove_unattached
from dougong.records.recycle_bin import purge_expired
from dougong.records.work import writing
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task
from dougong.storage.notifications import KEPT, forget
from dougong.storage.schema import job

NIGHTLY = "17 18 * * *"
"""17 past two in China, as a cron expression in UTC."""

UPLOADS_KEPT = timedelta(days=2)
JOB_FILES_KEPT = timedelta(days=90)
"""So long what was imported, exported or printed can be fetched again. What an import did stays, and can be undone."""


def housekeeping_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The nightly task; `stopping` says that the worker is asked to end. Running it twice does no harm."""

    def run(**_moment: object) -> None:
        removed = 1
        while removed:
            if stopping():
                raise Interrupted
            with database.transaction() as tx:
                removed = purge_expired(writing(tx, load_registry(tx), system("recycle bin expired"), "system"))
        with database.transaction() as tx:
            purge_bin(tx)
        with database.transaction() as tx:
            forget(tx, now() - KEPT)
        with database.transaction() as tx:
            ended_long_ago = job.c.finished_at < now() - JOB_FILES_KEPT
            tx.execute(sa.update(job).where(ended_long_ago).values(file_id=None, result_file_id=None))
            kept = tx.rows(sa.select(job.c.file_id, job.c.result_file_id))
            remove_unattached(tx, now() - UPLOADS_KEPT, keep={f for row in kept for f in row if f is not None})

    return Task("housekeeping", run, every=NIGHTLY)
