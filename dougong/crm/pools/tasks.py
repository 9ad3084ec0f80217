"""The jobs of pools: what the clock does every few minutes, and what follows from a change of rules."""

from collections.abc import Callable

from dougong.crm.pools.distributing import distribute_all
from dougong.crm.pools.expiring import Clockwork, Transactions, expire_all, reckon
from dougong.kit import clock
from dougong.storage.jobs import Task

POOL_TASK, RECKON_TASK = "pools", "pool_reckon"
EVERY = "*/5 * * * *"


def pool_tasks(transaction: Transactions, stopping: Callable[[], bool]) -> tuple[Task, ...]:
    """The tasks; `stopping` says that the worker is asked to end. Running one twice does no harm."""

    def run(**_moment: object) -> None:
        work = Clockwork(transaction, clock.now(), stopping)
        expire_all(work)
        distribute_all(work)

    def reckon_one(pool_id: int) -> None:
        reckon(Clockwork(transaction, clock.now(), stopping), pool_id)

    return (Task(POOL_TASK, run, every=EVERY), Task(RECKON_TASK, reckon_one, retries=3))
