"""Indexes of tables that have many records already, built beside the traffic.

A plan's transaction changes columns, which takes a moment; building an index of a million records takes seconds, and in
that transaction everybody would wait for it. So a job builds it afterwards by CREATE INDEX CONCURRENTLY. What is to be
built is no list of its own: it is what the registry wants and the database has not, so that a crash loses nothing, and
an index that a crash left half-built is dropped and built again. Until a unique index stands, the write path's own look
for the value (`records.write.unique`) keeps new duplicates out: writers of the field then go one after the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from sqlalchemy.schema import CreateIndex, DropIndex

from dougong.kit.errors import DougongError
from dougong.metadata.registry import Registry, load_registry
from dougong.storage.engine import Database
from dougong.storage.jobs import Interrupted, Task, defer, is_waiting
from dougong.storage.schema import DATA_SCHEMA
from dougong.storage.unit_of_work import Snapshot, Transaction

MANY = 10_000
"""From so many records on an index is built by the job; of fewer it takes some milliseconds."""

TASK = "build_indexes"
EVERY = "23 * * * *"
"""Once an hour it looks for what an earlier run could not build."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Missing:
    """An index that the registry wants; `broken`: it is there, but a build of it did not end."""

    index: sa.Index
    object: str
    broken: bool

    @property
    def field(self) -> str | None:
        """The field that it is of; None where it serves the object as a whole."""
        first = next(iter(self.index.columns), None)
        return None if first is None else first.name


def has_many(snapshot: Snapshot, table: sa.Table) -> bool:
    """Whether the table has MANY records or more."""
    some = sa.select(table.c.id).limit(MANY).subquery()
    return int(snapshot.scalar(sa.select(sa.func.count()).select_from(some))) >= MANY


def is_standing(index: sa.Index) -> sa.ColumnElement[bool]:
    """Whether the index is there and whole, as part of a statement."""
    catalogue = sa.table("pg_index", sa.column("indexrelid"), sa.column("indisvalid"), schema="pg_catalog")
    name = sa.func.to_regclass(f'"{DATA_SCHEMA}"."{index.name}"')
    valid = sa.select(catalogue.c.indisvalid).where(catalogue.c.indexrelid == name).scalar_subquery()
    return sa.func.coalesce(valid, sa.false())


def missing_indexes(snapshot: Snapshot, registry: Registry) -> tuple[Missing, ...]:
    """What is to be built, in the order of the objects."""
    catalogue = sa.table("pg_index", sa.column("indexrelid"), sa.column("indisvalid"), schema="pg_catalog")
    classes = sa.table(
        "pg_class", sa.column("oid"), sa.column("relname"), sa.column("relnamespace"), schema="pg_catalog"
    )
    spaces = sa.table("pg_namespace", sa.column("oid"), sa.column("nspname"), schema="pg_catalog")
    found = snapshot.rows(
        sa.select(classes.c.relname, catalogue.c.indisvalid)
        .join(classes, classes.c.oid == catalogue.c.indexrelid)
        .join(spaces, spaces.c.oid == classes.c.relnamespace)
        .where(spaces.c.nspname == DATA_SCHEMA)
    )
    valid = {row.relname: bool(row.indisvalid) for row in found}
    return tuple(_missing(registry, valid))


def _missing(registry: Registry, valid: dict[str, bool]) -> Iterator[Missing]:
    for name, table in registry.tables.items():
        if registry.objects[name].log:
            continue
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            if not valid.get(str(index.name), False):
                yield Missing(index, name, broken=str(index.name) in valid)


def is_building(snapshot: Snapshot) -> bool:
    """Whether the job waits or is at work."""
    return is_waiting(snapshot, TASK)


def build_later(transaction: Transaction) -> None:
    """Have what is missing built once the transaction is committed."""
    defer(transaction, TASK, lock=TASK, once=TASK)


def index_task(database: Database, stopping: Callable[[], bool] = lambda: False) -> Task:
    """The job. An index that cannot be built (two records hold a value that is to be unique) does not stop the rest."""

    def run(**_moment: object) -> None:
        tried: set[str] = set()
        while True:
            if stopping():
                raise Interrupted
            with database.snapshot() as snapshot:
                # Anew each time: what is wanted may have changed while the last one was being built.
                wanted = missing_indexes(snapshot, load_registry(snapshot))
            left = [one for one in wanted if str(one.index.name) not in tried]
            if not left:
                return
            tried.add(str(left[0].index.name))
            _build(database, left[0])

    return Task(TASK, run, every=EVERY)


def _build(database: Database, missing: Missing) -> None:
    options = missing.index.dialect_options["postgresql"]
    options["concurrently"] = True
    try:
        if missing.broken:
            database.alone(DropIndex(missing.index, if_exists=True))
        database.alone(CreateIndex(missing.index, if_not_exists=True))
    except (sa.exc.DBAPIError, DougongError) as error:
        log.warning("index_not_built", index=str(missing.index.name), reason=str(error).splitlines()[0])
        database.alone(DropIndex(missing.index, if_exists=True))
    finally:
        options["concurrently"] = False
