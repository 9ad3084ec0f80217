"""THE door: everything that can be done with records, always for somebody, always through the same two paths."""

from dougong.records.history import HistoryEntry, history, undo_entry
from dougong.records.read.compile import OutputColumn, columns_of
from dougong.records.read.page import ChildPage, Count, Page, count, get, page, record_paths, stream
from dougong.records.read.query import (
    AggregateCondition,
    Call,
    Child,
    Column,
    Function,
    Order,
    Query,
)
from dougong.records.read.rights import RECORD_ACTIONS, get_with_rights
from dougong.records.read.soql import parse_soql
from dougong.records.search import Hit, lookup, search
from dougong.records.work import Reading, Writing, writing
from dougong.records.write.pipeline import Change, Outcome, create, delete, restore, update

__all__ = [
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
    "Writing",
    "columns_of",
    "count",
    "create",
    "delete",
    "get",
    "get_with_rights",
    "history",
    "lookup",
    "page",
    "parse_soql",
    "record_paths",
    "restore",
    "search",
    "stream",
    "undo_entry",
    "update",
    "writing",
]
