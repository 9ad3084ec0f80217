"""The life of an order: not in force, in force, closed or cancelled (domain.md 4.2).

Its lines, and what they come to, stay while it is in force: it is taken out of force to be changed. What is in force is
not deleted.
"""

from dougong.kit.clock import today
from dougong.kit.errors import Problem
from dougong.metadata.model import Field
from dougong.records.api import Writing
from dougong.records.hooks import Act, Batch

ORDER, STATUS = "sales_order", "status"
DRAFT, EFFECTIVE, CLOSED, CANCELLED = "draft", "effective", "closed", "cancelled"
IN_FORCE = frozenset({EFFECTIVE, CLOSED})
STEPS = {
    DRAFT: {EFFECTIVE, CANCELLED},
    EFFECTIVE: {DRAFT, CLOSED, CANCELLED},
    CLOSED: {EFFECTIVE},
    CANCELLED: set[str](),
}
"""From each status where an order can come."""


def guarded(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of orders that would come to a status to which no way leads. An import brings what has been."""
    if w.via == "import":
        return []
    status = batch.object.fields[STATUS]
    problems = []
    for row in batch.live:
        before, after = row.old.get(STATUS), row.after(STATUS)
        if batch.act is Act.CREATE:
            if after not in {None, DRAFT}:
                problems.append(Problem("order.starts_as_draft", STATUS, row.number, _labels(status, after, DRAFT)))
        elif row.changes(STATUS) and after in STEPS and after not in STEPS.get(str(before), set()):
            problems.append(Problem("order.no_way", STATUS, row.number, _labels(status, before, after)))
        if row.changes(STATUS) and after == CANCELLED and not row.after("cancel_reason"):
            problems.append(Problem("order.cancel_reason", "cancel_reason", row.number))
    return problems


def in_force(batch: Batch, w: Writing) -> list[Problem]:
    """Note since when an order is in force; problems of one that has no lines, or lines without an amount."""
    problems = []
    for row in batch.live:
        if not row.changes(STATUS) or (batch.act is Act.CREATE and w.via != "import"):
            continue
        after = row.after(STATUS)
        if after == DRAFT:
            row.values["effective_date"] = None
        elif after == EFFECTIVE and row.old.get(STATUS) != CLOSED:
            row.values["effective_date"] = row.values.get("effective_date") or today(w.actor.timezone)
            if not row.old.get("line_count") and w.via != "import":
                problems.append(Problem("order.no_lines", STATUS, row.number))
    return problems


def ours_to_delete(batch: Batch, w: Writing) -> list[Problem]:
    """Problems of orders in force that would be deleted."""
    status = batch.object.fields[STATUS]
    return [
        Problem("order.delete_in_force", row=row.number, params=_labels(status, row.old.get(STATUS), DRAFT))
        for row in batch.live
        if row.old.get(STATUS) in IN_FORCE
    ]


def _labels(status: Field, before: object, after: object) -> dict[str, str]:
    named = {option.value: option.label for option in status.options}
    params: dict[str, str] = {}
    for key, value in (("before", before), ("after", after)):
        label = named.get(str(value))
        params |= {f"{key}_zh": label.zh if label else str(value), f"{key}_en": label.en if label else str(value)}
    return params
