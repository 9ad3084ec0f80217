"""Lists of whole numbers on their way to the database: ids by the thousand, a reader's tokens with each list.

psycopg looks at every element of a list to find the smallest type that holds it, and writes each by a call of its own.
Our whole numbers are bigint everywhere, so neither is needed; one type also means one prepared statement.
"""

from typing import Any

import psycopg
from psycopg.abc import Buffer, DumperKey
from psycopg.adapt import Dumper, PyFormat
from psycopg.postgres import types
from psycopg.types.array import ListDumper
from typing_extensions import override

_ONLY_INTEGERS = {int}


class _Bigints(Dumper):
    oid = types["int8"].array_oid

    @override
    def dump(self, obj: list[int]) -> Buffer:
        return f"{{{','.join(map(str, obj))}}}".encode()


class _Lists(ListDumper):
    """psycopg's own for all lists but those of whole numbers."""

    @override
    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        return (list, int) if set(map(type, obj)) == _ONLY_INTEGERS else super().get_key(obj, format)

    @override
    def upgrade(self, obj: list[Any], format: PyFormat) -> Dumper:  # type: ignore[override]  # any dumper may follow
        return _Bigints(list, self._tx) if set(map(type, obj)) == _ONLY_INTEGERS else super().upgrade(obj, format)


def register(connection: psycopg.Connection[Any]) -> None:
    """Let `connection` write lists of whole numbers as bigint[]."""
    connection.adapters.register_dumper(list, _Lists)
