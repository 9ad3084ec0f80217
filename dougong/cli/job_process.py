"""The process that runs the background jobs beside the web processes of `dougong serve`.

A process of its own, because jobs compute: in threads of a web process every request would wait for its turn of the
interpreter (decision 44). It ends with the process that started it, even where that one was killed.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from dougong.cli.stopping import Stopped, end_with_parent, stopped_by_signals
from dougong.cli.words import say
from dougong.crm.activities.reminders import reminder_task
from dougong.crm.leads.forgetting import forgetting_task
from dougong.crm.opportunities.reminding import resuming_task
from dougong.crm.pools.tasks import pool_tasks
from dougong.kit.collector import settle
from dougong.metadata.index_building import index_task
from dougong.records.catching_up import catching_up_task, queue_catching_up
from dougong.records.companies.loading import load_task
from dougong.records.dimensions.filling import dimension_tasks
from dougong.records.duplicates.scanning import duplicate_tasks
from dougong.records.duplicates.terms import queue_filling
from dougong.records.housekeeping import housekeeping_task
from dougong.records.organisation.running import move_task
from dougong.records.printing.jobs import print_task
from dougong.records.search_upkeep import queue_upkeep, search_upkeep_task
from dougong.records.sharing.recalculation import recalculation_task
from dougong.records.summaries.filling import filling_task
from dougong.records.transfer.tasks import transfer_tasks
from dougong.storage.engine import Database, open_database
from dougong.storage.jobs import Task, Worker

GRACE_SECONDS = 30
"""How long jobs under way may take to come to a place where they can stop, after SIGTERM."""

NICENESS = 5
"""Where the processor is short, whoever waits at a screen comes first."""

_POOL_SIZE = 4
_RESTART_SECONDS = 1.0
_LOOK_SECONDS = 0.5
_CLOSING_SECONDS = 5.0


@contextmanager
def job_process(url: str) -> Iterator[None]:
    """The jobs of the database at `url` are run during the block. A process that died is replaced."""
    context = multiprocessing.get_context("spawn")
    ending = threading.Event()
    started: list[SpawnProcess] = []

    def supervise() -> None:
        while not ending.is_set():
            process = context.Process(target=_run_jobs, args=(url,), name="dougong-jobs")
            started[:] = [process]
            process.start()
            if ending.is_set():
                process.terminate()
            wait([process.sentinel])
            ending.wait(_RESTART_SECONDS)

    supervisor = threading.Thread(target=supervise, name="dougong-jobs", daemon=True)
    supervisor.start()
    try:
        yield
    finally:
        ending.set()
        # One that has not begun yet is ended by the supervisor.
        with suppress(AttributeError, IndexError):
            started[0].terminate()
        supervisor.join(GRACE_SECONDS + _CLOSING_SECONDS)
        if supervisor.is_alive():
            started[0].kill()


def _run_jobs(url: str) -> None:
    # Ctrl+C reaches all processes of the terminal; the one that started us decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    end_with_parent()
    with suppress(Stopped), stopped_by_signals(signal.SIGTERM), _worker(url) as worker:
        while worker.alive:
            time.sleep(_LOOK_SECONDS)


@contextmanager
def _worker(url: str) -> Iterator[Worker]:
    database = open_database(url, pool_size=_POOL_SIZE)
    stopping = threading.Event()
    with database.transaction() as tx:
        # A new release may make the entries of the search otherwise.
        queue_upkeep(tx)
        # It may also keep more in the records that are there already.
        queue_catching_up(tx)
        queue_filling(tx)
    settle()
    worker = Worker(url, all_tasks(database, stopping.is_set))
    worker.start()
    try:
        yield worker
    finally:
        stopping.set()
        if not worker.stop(GRACE_SECONDS):
            say("cli.jobs_left")
        database.close()


def all_tasks(database: Database, stopping: Callable[[], bool]) -> tuple[Task, ...]:
    """Every kind of job that there is. `stopping` tells long ones to come to an end."""
    return (
        *transfer_tasks(database, stopping),
        print_task(database, stopping),
        load_task(database, stopping),
        *dimension_tasks(database, stopping),
        *duplicate_tasks(database, stopping),
        recalculation_task(database, stopping),
        filling_task(database, stopping),
        move_task(database, stopping),
        housekeeping_task(database, stopping),
        reminder_task(database.transaction, stopping),
        resuming_task(database.transaction, stopping),
        forgetting_task(database.transaction, stopping),
        search_upkeep_task(database, stopping),
        index_task(database, stopping),
        catching_up_task(database, stopping),
        *pool_tasks(database.transaction, stopping),
    )
