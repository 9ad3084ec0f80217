"""What strangers sent by a form of the web is forgotten after the days that the form says; the leads stay.

It goes at once, not over the recycle bin: what was sent by people who are no customers is kept no longer than said.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from dougong.access.principal import system
from dougong.crm.leads.forms import FORM
from dougong.crm.leads.submissions import SUBMISSION
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import now
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.registry import load_registry
from dougong.records.api import Query, Writing, columns_of, delete, page, writing
from dougong.records.recycle_bin import purge
from dougong.storage.jobs import Interrupted, Task
from dougong.storage.unit_of_work import Transaction

NIGHTLY = "41 18 * * *"
"""41 past two in China, as a cron expression in UTC."""

Transact = Callable[[], AbstractContextManager[Transaction]]


def forgetting_task(transact: Transact, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The nightly task; `transact` opens a transaction, `stopping` says that the worker is asked to end."""

    def run(**_moment: object) -> None:
        forgotten = 1
        while forgotten:
            if stopping():
                raise Interrupted
            with transact() as tx:
                forgotten = forget(writing(tx, load_registry(tx), system("form submissions"), "system"))

    return Task("web_forms", run, every=NIGHTLY)


def forget(w: Writing, limit: int = PAGE_SIZE_MAX) -> int:
    """Remove for good up to `limit` submissions of each form that are older than it keeps them; how many there were."""
    removed = 0
    bounded = Compare(Path(("keep_days",)), Operator.NOT_NULL)
    forms = page(w, Query(FORM, columns_of(("id", "keep_days")), bounded, limit=PAGE_SIZE_MAX)).rows
    for form_id, days in forms:
        old = Compare(Path(("sent_at",)), Operator.LT, (now() - timedelta(days=days),))
        of_form = Compare(Path(("form_id",)), Operator.EQ, (form_id,))
        rows = page(w, Query(SUBMISSION, columns_of(("id",)), all_of(of_form, old), limit=limit)).rows
        ids = [int(row[0]) for row in rows]
        if ids:
            delete(w, SUBMISSION, ids)
            removed += purge(w, SUBMISSION, ids)
    return removed
