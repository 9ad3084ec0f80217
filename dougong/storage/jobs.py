"""Background jobs: procrastinate's queue in the same database.

`defer` stores a job in the caller's transaction, so that it exists exactly when the data does that it is about.
A `Worker` runs jobs in threads of this process, inside `serve` or alone. A job may run twice (the process died after
its work and before the note of it), so every task must be safe to repeat.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
import sqlalchemy as sa
import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.worker import Worker as QueueWorker
from psycopg.types.json import Jsonb
from typing_extensions import override

from dougong.storage.engine import libpq_address
from dougong.storage.failures import names_what_is_gone
from dougong.storage.unit_of_work import Snapshot, Transaction

QUEUE = "default"
DEAD_AFTER_SECONDS = 30
"""A worker that has not reported for so long is taken for dead, and its jobs are given to others."""

RESCUES_MAX = 5
"""A job whose worker died this often is not given out again: it may be what kills them."""

_RESCUE_SECONDS = 10
_RESTART_SECONDS = 1.0
_POLL_SECONDS = 2.0
_RETRY_SECONDS = 5
_TELL_SECONDS = 1.0
_TRIES = 3
_KEEP_HOURS = 24 * 14
_SWEEP_EVERY = 360  # rescues, so once an hour

_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
    %(queue)s, %(task)s, %(priority)s, %(lock)s, NULL, %(args)s, %(at)s
)]::procrastinate_job_to_defer_v1[])
WHERE %(once)s::text IS NULL
   OR NOT EXISTS (SELECT FROM procrastinate_jobs WHERE args ->> %(once_key)s = %(once)s AND status = 'todo')
"""
_ONCE = "once!"
"""Where a job keeps its `once`. Not in the queue's own unique lock: a job that is to run again, because it failed or
its worker died, could not wait beside one that was queued while it ran, and would be neither run nor given up."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%(once)s, 4915067))"

log = structlog.get_logger(__name__)

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class Interrupted(Exception):  # no error: a request of ours
    """A task raises this when it stopped half-way because the worker is stopping: the job is run again later."""


@dataclass(frozen=True)
class Task:
    """A kind of job. `run` is called with the arguments that were deferred, in a thread of the worker."""

    name: str
    run: Callable[..., None]
    retries: int = 0
    """How often it is tried again after it raised, after 5, 25, 125 … seconds."""
    every: str | None = None
    """A cron expression (UTC) by which it also runs without being deferred, once over all workers; no arguments."""


def defer(
    tx: Transaction,
    task: str,
    *,
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    priority: int = 0,
    **args: Json,
) -> int | None:
    """Queue a job of `task` with `args`, committed together with the transaction. Returns its id.

    Of jobs with the same `lock` one runs at a time, in order. While a job with the same `once` waits, nothing is
    queued and None is returned. `at`: not before that moment. A higher `priority` runs earlier.
    """
    if once is not None:
        tx.fetch(_ONE_AT_A_TIME, {"once": once})
    found = tx.fetch(
        _DEFER,
        {
            "queue": QUEUE,
            "task": task,
            "priority": priority,
            "lock": lock,
            "once": once,
            "once_key": _ONCE,
            "args": Jsonb(args if once is None else {**args, _ONCE: once}),
            "at": at,
        },
    )
    return int(found[0][0][0]) if found else None


def is_waiting(snapshot: Snapshot, task: str) -> bool:
    """Whether a job of `task` waits or is being run."""
    jobs = sa.table("procrastinate_jobs", sa.column("task_name"), sa.column("status", sa.Text), schema="public")
    open_ = jobs.c.task_name == task, sa.cast(jobs.c.status, sa.Text).in_(("todo", "doing"))
    return bool(snapshot.scalar(sa.select(sa.exists().where(*open_))))


class Worker:
    """Runs jobs in background threads until it is stopped; goes on by itself after the database was away."""

    def __init__(self, url: str, tasks: Sequence[Task], *, concurrency: int = 2) -> None:
        """`concurrency`: how many jobs run at the same time."""
        self._url = libpq_address(url)
        self._tasks = tuple(tasks)
        self._concurrency = concurrency
        self.stopping = threading.Event()
        """Set once `stop` was called: a long task looks at it between its steps and raises `Interrupted`."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._queue_worker: QueueWorker | None = None
        self._thread = threading.Thread(target=self._run, name="dougong-worker", daemon=True)

    @property
    def alive(self) -> bool:
        """It is running (perhaps waiting for the database to come back)."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to run jobs."""
        self._thread.start()

    def stop(self, timeout: float = 30) -> bool:
        """Take no new jobs and wait up to `timeout` seconds for those under way.

        Returns whether all have ended. A job that has not is given to the next worker once this process is gone.
        """
        loop, queue_worker = self._loop, self._queue_worker
        if loop is not None and queue_worker is not None and not loop.is_closed():
            # First the queue: a task that saw `stopping` waits for another worker, and must not be fetched by this one.
            told = threading.Event()

            def halt() -> None:
                queue_worker.stop()  # type: ignore[no-untyped-call]  # procrastinate leaves it so
                told.set()

            loop.call_soon_threadsafe(halt)
            told.wait(_TELL_SECONDS)
        self.stopping.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                asyncio.run(self._work())
            except (ConnectorException, psycopg.Error, OSError) as error:
                log.warning("worker_lost_database", reason=str(error).strip())
            self.stopping.wait(_RESTART_SECONDS)

    async def _work(self) -> None:
        app = _application(self._url, self._tasks, self._concurrency, self.stopping)
        async with app.open_async():
            queue_worker = QueueWorker(
                app,
                concurrency=self._concurrency,
                fetch_job_polling_interval=_POLL_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                install_signal_handlers=False,
            )
            self._loop, self._queue_worker = asyncio.get_running_loop(), queue_worker
            rescue = asyncio.create_task(_rescue(app))
            try:
                if not self.stopping.is_set():
                    await queue_worker.run()  # type: ignore[no-untyped-call]  # procrastinate leaves it so
            finally:
                self._loop = self._queue_worker = None
                rescue.cancel()


class _Patience(BaseRetryStrategy):
    """Again at once after an interruption of ours, up to `retries` times after a failure, waiting longer each time."""

    def __init__(self, retries: int) -> None:
        self.retries = retries

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, Interrupted):
            return RetryDecision()
        if job.attempts >= self.retries:
            return None
        return RetryDecision(retry_in={"seconds": _RETRY_SECONDS ** (job.attempts + 1)})


def _application(url: str, tasks: Sequence[Task], concurrency: int, stopping: threading.Event) -> App:
    connector = PsycopgConnector(
        conninfo=url,
        kwargs={"application_name": "dougong-worker", "options": "-c timezone=UTC -c client_min_messages=warning"},
        min_size=1,
        max_size=concurrency + 2,
    )
    app = App(connector=connector)
    for task in tasks:
        registered = app.task(name=task.name, queue=QUEUE, retry=_Patience(task.retries))(_runner(task, stopping))
        if task.every is not None:
            app.periodic(cron=task.every)(registered)
    return app


def _runner(task: Task, stopping: threading.Event) -> Callable[..., None]:
    def run(**args: Json) -> None:
        args.pop(_ONCE, None)
        # Only the worker gives the moment; a task that runs by the clock needs no arguments.
        if task.every is not None:
            args.pop("timestamp", None)
        for tries in itertools.count(1):
            if stopping.is_set():
                raise Interrupted
            try:
                task.run(**args)
            except Exception as error:
                # An object or a field went away under it: it is safe to repeat, and begins with the definitions of now.
                if tries == _TRIES or not names_what_is_gone(error):
                    raise
                log.info("job_begins_anew", task=task.name)
            else:
                return

    return run


async def _rescue(app: App) -> None:
    """Give the jobs of dead workers to living ones, and forget finished jobs after two weeks."""
    for turn in itertools.count():
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                log.warning("job_rescued", task=job.task_name, job_id=job.id, attempts=job.attempts)
                if job.attempts >= RESCUES_MAX:
                    await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
                else:
                    await app.job_manager.retry_job(job)
            if turn % _SWEEP_EVERY == 0:
                await app.job_manager.delete_old_jobs(
                    nb_hours=_KEEP_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
                )
        except (ConnectorException, psycopg.Error) as error:
            # The worker itself notices that the database is away and begins anew, with a new rescue.
            log.warning("rescue_lost_database", reason=str(error).strip())
        await asyncio.sleep(_RESCUE_SECONDS)
