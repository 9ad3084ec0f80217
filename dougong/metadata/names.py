"""What an API name may be, for objects, fields, options and option sets: one place, used by every way in.

A name becomes a table or column name, a JSON key, a step of a dotted path and a word of SOQL, so it must be safe as
each of them.
"""

import difflib
import re
from collections.abc import Iterable

NAME_LENGTH_MAX = 48
"""PostgreSQL cuts identifiers at 63 bytes; composite fields and indexes add up to 15."""

OPTION_LENGTH_MAX = 80

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
OPTION_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*")

SYSTEM_FIELDS = ("id", "created_at", "created_by_id", "updated_at", "updated_by_id", "version")
"""Fields that the registry gives to each object."""

OWNERSHIP_FIELDS = ("owner_id", "department_id")
"""Fields that the registry gives to each owned object, too."""

DIMENSION_PREFIX = "dim_"


def dimension_field(key: str) -> str:
    """The field by which records are at a node of the dimension `key`."""
    return f"{DIMENSION_PREFIX}{key}_id"


def dimension_key(field_name: str) -> str:
    """The key of the dimension after which `dimension_field` has named a field."""
    return field_name.removeprefix(DIMENSION_PREFIX).removesuffix("_id")


LOCK_FIELDS = ("locked_at", "locked_by_id")
"""Fields that the registry gives to each object whose records can be locked."""

POOL_FIELDS = (
    *("pool_id", "pool_status", "claimed_at", "expires_at", "hard_end_at", "followed_at", "reminded_at"),
    *("extended_until", "extension_wanted_until", "extension_reason"),
    *("last_owner_id", "returned_at", "return_reason_id", "return_description", "return_count", "thaw_at"),
)
"""Fields that the registry gives to each object whose records can lie in pools."""

RECORD_TYPE = "record_type"
"""The field that the registry gives to each object with record types."""

HIDDEN_COLUMNS = ("deleted_at", "deleted_by_id", "deletion_id", "access")
"""Columns of each table that are not fields."""

QUERY_WORD_LIST = """
    all and any as asc avg between by case count count_distinct cube desc else end excludes exists false first
    from group having in includes is last like limit max min not null nulls offset on or order over rollup
    select sum then true type_of typeof union using when where with
"""
QUERY_WORDS = frozenset(QUERY_WORD_LIST.split())
"""Words of the query language; as a name they would make queries ambiguous."""

API_WORDS = frozenset({"object", "record", "records", "fields", "problems", "values", "row", "rows"})
"""Keys that answers use beside field names."""

RESERVED_FIELDS = QUERY_WORDS | API_WORDS | frozenset(HIDDEN_COLUMNS) | {"ctid", "oid", "tableoid", "xmin", "xmax"}
RESERVED_OBJECTS = QUERY_WORDS | API_WORDS


def name_problem(name: str, reserved: frozenset[str] = frozenset()) -> str | None:
    """The code of what is wrong with `name` as an API name, or None."""
    if len(name) > NAME_LENGTH_MAX:
        return "metadata.name_too_long"
    if not NAME.fullmatch(name):
        return "metadata.name_form"
    if name in reserved:
        return "metadata.name_reserved"
    return None


def option_problem(value: str) -> str | None:
    """The code of what is wrong with `value` as the stored value of an option, or None."""
    if len(value) > OPTION_LENGTH_MAX or not OPTION_VALUE.fullmatch(value):
        return "metadata.option_form"
    return None


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, for "did you mean"; empty when nothing is close. Of equals the first wins."""
    by_fold: dict[str, str] = {}
    for one in known:
        by_fold.setdefault(one.casefold(), one)
    found = difflib.get_close_matches(name.casefold(), list(by_fold), n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""
