"""THE door: everything that can be done with records, always for somebody, always through the same two paths."""

from dougong.records.actions import NOT_OFFERED, act, act_on_many, actions_on, bulk_actions, take, takings
from dougong.records.history import HistoryEntry, history, undo_entry
from dougong.records.read.compile import OutputColumn, columns_of
from dougong.records.read.masking import masked_fields
from dougong.records.read.page import ChildPage, Count, Page, count, get, page, record_columns, stream
from dougong.records.read.query import (
    AggregateCondition,
    Call,
    Child,
    Column,
    Function,
    Order,
    Query,
)
from dougong.records.read.rights import RECORD_ACTIONS, Seen, see
from dougong.records.read.row_conditions import RowCondition, meets, row_condition
from dougong.records.read.soql import parse_soql
from dougong.records.search import Hit, lookup, search, search_groups
from dougong.records.uses import Use, uses_of
from dougong.records.work import Reading, Writing, keeping, writing
from dougong.records.write.holding import hold, keep
from dougong.records.write.pipeline import Change, Outcome, create, delete, lock, restore, unlock, update
from dougong.records.write.stamping import stamp

__all__ = [
    "NOT_OFFERED",
    "RECORD_ACTIONS",
    "AggregateCondition",
    "Call",
    "Change",
    "Child",
    "ChildPage",
    "Column",
    "Count",
    "Function",
    "HistoryEntry",
    "Hit",
    "Order",
    "Outcome",
    "OutputColumn",
    "Page",
    "Query",
    "Reading",
    "RowCondition",
    "Seen",
    "Use",
    "Writing",
    "act",
    "act_on_many",
    "actions_on",
    "bulk_actions",
    "columns_of",
    "count",
    "create",
    "delete",
    "get",
    "history",
    "hold",
    "keep",
    "keeping",
    "lock",
    "lookup",
    "masked_fields",
    "meets",
    "page",
    "parse_soql",
    "record_columns",
    "restore",
    "row_condition",
    "search",
    "search_groups",
    "see",
    "stamp",
    "stream",
    "take",
    "takings",
    "undo_entry",
    "unlock",
    "update",
    "uses_of",
    "writing",
]
