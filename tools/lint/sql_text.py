"""No text that is put together reaches the database as a statement.

An f-string in `execute` is how a name typed into a filter becomes SQL. Statements are built by SQLAlchemy Core; where
storage has text of its own it is a constant with bound parameters, and names go through `psycopg.sql`.
"""

import ast
from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, called, within

TAKERS = frozenset(
    {
        "execute",
        "executemany",
        "execute_many",
        "exec_driver_sql",
        "fetch",
        "stream",
        "text",
        "literal_column",
        "copy",
        "SQL",
    }
)


def find(source: Source) -> Iterator[Finding]:
    """Calls that take a statement whose first argument is put together from pieces."""
    for call in source.calls():
        if called(call) in TAKERS and call.args and _is_put_together(call.args[0]):
            yield Finding(
                call.lineno, f"{called(call)}() gets text that is put together; bind values, use Core or psycopg.sql"
            )


def _is_put_together(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr(values=values):
            return any(isinstance(value, ast.FormattedValue) for value in values)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return any(_is_text(side) for side in (left, right))
        case ast.Call(func=ast.Attribute(value=value, attr="format" | "join" | "replace")):
            return _is_text(value)
        case _:
            return False


def _is_text(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case _:
            return _is_put_together(node)


RULE = Rule(
    name="sql-text",
    applies=within("dougong", "bench"),
    find=find,
    good=(
        Snippet("dougong/storage/engine.py", 'connection.execute("SELECT 1 FROM change WHERE id = %s", [change_id])\n'),
        Snippet("dougong/records/read/page.py", "snapshot.fetch(compiled.sql, compiled.params)\n"),
        Snippet("dougong/storage/schema.py", 'sql.SQL("DROP TABLE {}").format(sql.Identifier(name))\n'),
        Snippet("dougong/kit/days.py", "total = sum(values) + execute(first + second)\n"),
    ),
    bad=(
        Snippet("dougong/records/read/page.py", 'snapshot.fetch(f"SELECT * FROM {name}", {})\n'),
        Snippet(
            "dougong/records/read/page.py", "connection.execute(\"SELECT * FROM account WHERE name = '%s'\" % name)\n"
        ),
        Snippet("dougong/records/read/page.py", 'connection.execute("SELECT * FROM " + name + " LIMIT 1")\n'),
        Snippet("dougong/records/read/page.py", 'sa.text("ORDER BY {}".format(field))\n'),
        Snippet("dougong/records/read/page.py", 'connection.execute(", ".join(names))\n'),
    ),
)
