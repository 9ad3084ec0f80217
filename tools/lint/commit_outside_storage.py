"""A transaction is begun and ended in `storage` alone.

A commit in the middle of a pipeline leaves half of a change behind when the next step fails: the record without its
history, the history without its event. `Database.transaction()` is the one place that commits, and rolls back unless
all went well.
"""

from collections.abc import Iterator

from tools.lint.rule import Finding, Rule, Snippet, Source, called, outside

ENDS = frozenset({"commit", "rollback", "begin", "begin_nested", "set_autocommit"})


def find(source: Source) -> Iterator[Finding]:
    """Calls that begin or end a transaction."""
    for call in source.calls():
        if called(call) in ENDS:
            yield Finding(call.lineno, f"{called(call)}() belongs to dougong.storage; use Database.transaction()")


RULE = Rule(
    name="commit-outside-storage",
    applies=outside("dougong", "dougong/storage"),
    find=find,
    good=(
        Snippet("dougong/records/api.py", "with database.transaction() as transaction:\n    create(transaction)\n"),
        Snippet("dougong/storage/engine.py", "connection.commit()\n"),
        Snippet("dougong/records/write/store.py", "transaction.after_commit(tell)\n"),
    ),
    bad=(
        Snippet("dougong/records/write/store.py", "transaction.connection.commit()\n"),
        Snippet("dougong/crm/pools/claim.py", "with engine.begin() as connection:\n    pass\n"),
    ),
)
