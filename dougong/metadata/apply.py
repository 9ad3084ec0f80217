"""A plan put into force: tables, indexes and definitions in one transaction, or nothing at all."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.errors import Conflict, Unavailable
from dougong.metadata.bin import Binned, forget_entries, put_away, taken_back
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.conversions import is_read, read_anew
from dougong.metadata.ddl import LockTable, altered, new_indexes, statements
from dougong.metadata.definitions import Body, object_to_body, option_set_to_body
from dougong.metadata.index_building import build_later, has_many
from dougong.metadata.journal import OBJECTS, OPTION_SETS, Part, Thing, record_parts
from dougong.metadata.model import FieldType, Object, OptionSet
from dougong.metadata.package import Package
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import Registry, load_registry, without_system_fields
from dougong.metadata.rename_data import follow, rename_statements
from dougong.metadata.summaries import start_filling
from dougong.metadata.told import entries
from dougong.storage.audit import Author, append
from dougong.storage.jobs import defer
from dougong.storage.schema import auto_number, definition, meta_version
from dougong.storage.unit_of_work import Transaction

LOCK_TIMEOUT = "5s"
"""How long a change waits for another change of definitions."""

TABLE_TIMEOUT = "100ms"
"""How long it stands in line for a table: whoever comes after it waits behind it as long, so it is never long."""

TABLE_TRIES = 60
TABLE_PAUSE_SECONDS = 0.25

SEARCH_UPKEEP = "search_upkeep"
"""The task that makes search entries anew (`records.search_upkeep`), as other fields become searchable."""

CHANNEL = "dougong_metadata"
"""NOTIFY tells other processes the new version; who misses it sees it with their next request."""


def apply(transaction: Transaction, planned: Plan, by: Author | None = None, restored: Sequence[Binned] = ()) -> int:
    """Put `planned` into force and return the version. Without steps nothing happens. The audit log says that `by` did
    it (the product itself, unless somebody is named). What the plan removes goes into the bin; what it adds and is in
    `restored` comes back with its data.

    Raises InvalidDefinitions with the plan's problems, and Conflict (plan.moved) when the metadata have changed since
    the plan was made.
    """
    if planned.problems:
        raise InvalidDefinitions(planned.problems)
    if not planned.steps:
        return planned.current.version
    transaction.execute(sa.select(sa.func.set_config("lock_timeout", LOCK_TIMEOUT, True)))
    version = int(transaction.scalar(sa.select(meta_version.c.metadata).with_for_update()))
    if version != planned.current.version:
        raise Conflict("plan.moved", planned=planned.current.version, current=version)
    by = by or Author()
    record_texts: list[Part] = []
    if planned.renamed is not None:
        for renaming in rename_statements(planned.current, planned.renames, planned.renamed):
            transaction.connection.execute(renaming)
        record_texts = follow(transaction, planned.current, planned.renames, planned.renamed)
    kept = put_away(transaction, planned.started, planned.wanted, by)
    back = taken_back(restored)
    _define(transaction, planned)
    _forget(transaction, planned)
    forget_entries(transaction, restored)
    append(transaction, list(entries(planned, by)))
    record_parts(transaction, by, [*parts_of_plan(planned), *record_texts])
    # Last, so that the tables are locked for as short as can be.
    moves = replace(kept, back_columns=back.back_columns, back_schemas=back.back_schemas)
    _read_anew(transaction, planned)
    later = _with_many(transaction, planned)
    _lock(transaction, altered(planned.started, planned.wanted, moves, later=later))
    for statement in statements(planned.started, planned.wanted, moves, later=later):
        transaction.connection.execute(statement)
    if later:
        build_later(transaction)
    start_filling(transaction, planned.started.objects, planned.wanted.objects, planned.wanted.tables)
    if _searched_otherwise(planned):
        defer(transaction, SEARCH_UPKEEP, lock=SEARCH_UPKEEP, once=SEARCH_UPKEEP)
    values: dict[str, object] = {"metadata": planned.wanted.version}
    if planned.renamed is not None:
        # Rights name objects and fields.
        values["access"] = meta_version.c.access + 1
    transaction.execute(sa.update(meta_version).values(values))
    transaction.execute(sa.select(sa.func.pg_notify(CHANNEL, str(planned.wanted.version))))
    return planned.wanted.version


def _searched_otherwise(planned: Plan) -> bool:
    """Whether records that are there are to be found by other fields than before."""
    return any(
        _found_by(planned.started.objects[name]) != _found_by(obj)
        for name, obj in planned.wanted.objects.items()
        if name in planned.started.objects
    )


def _found_by(obj: Object) -> set[tuple[str, FieldType]]:
    return {(f.stable_id, f.type) for f in obj.fields.values() if f.searchable or f.name == obj.name_field}


def _read_anew(transaction: Transaction, planned: Plan) -> None:
    """Values that are written otherwise in the new type of their field, though in the same column."""
    for name, obj in planned.wanted.objects.items():
        before = planned.started.objects.get(name)
        for found in obj.fields.values() if before is not None else ():
            old = before.fields.get(found.name) if before is not None else None
            if old is not None and old.type is not found.type and is_read(old, found):
                read_anew(transaction, planned.started.tables[name], old, found)


def _with_many(transaction: Transaction, planned: Plan) -> frozenset[str]:
    """The objects that get an index and have too many records for building it while everybody waits."""
    return frozenset(
        name
        for name, table in planned.started.tables.items()
        if name in planned.wanted.tables
        and not planned.wanted.objects[name].log
        and new_indexes(planned.started, planned.wanted, name)
        and has_many(transaction, table)
    )


def _lock(transaction: Transaction, tables: Sequence[sa.Table]) -> None:
    """Get the tables for this change alone, in short attempts: somebody's long read must not make all others wait.

    Raises Unavailable (plan.busy) when they are never free.
    """
    if not tables:
        return
    for attempt in range(TABLE_TRIES):
        if attempt:
            time.sleep(TABLE_PAUSE_SECONDS)
        try:
            with transaction.savepoint():
                transaction.execute(sa.select(sa.func.set_config("lock_timeout", TABLE_TIMEOUT, True)))
                for table in tables:
                    transaction.connection.execute(LockTable(table))
        except sa.exc.OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
        else:
            return
    raise Unavailable("plan.busy", seconds=round(TABLE_TRIES * TABLE_PAUSE_SECONDS))


def apply_package(transaction: Transaction, wanted: Package, *, prune: bool = False) -> int:
    """Plan from what is in force now to `wanted` and apply it at once: for set-up and tests. Returns the version."""
    return apply(transaction, plan(load_registry(transaction), wanted, transaction, prune=prune))


T = TypeVar("T")
Bodies = dict[tuple[str, str], Body]


def bodies(registry: Registry) -> Bodies:
    """Every definition of `registry` as it is stored, by kind and name."""
    return _bodies(registry.objects, registry.option_sets)


def _changed_bodies(planned: Plan) -> tuple[Bodies, Bodies]:
    """The definitions that the plan changes, as they were and as they will be stored."""
    before, after = planned.current, planned.wanted
    return (
        _bodies(_differing(before.objects, after.objects), _differing(before.option_sets, after.option_sets)),
        _bodies(_differing(after.objects, before.objects), _differing(after.option_sets, before.option_sets)),
    )


def _differing(these: Mapping[str, T], others: Mapping[str, T]) -> dict[str, T]:
    return {name: one for name, one in these.items() if one != others.get(name) or _order(one) != _order(others[name])}


def _order(one: object) -> list[str]:
    """The order of an object's fields, in which a mapping that is equal may differ."""
    return list(one.fields) if isinstance(one, Object) else []


def _bodies(objects: Mapping[str, Object], option_sets: Mapping[str, OptionSet]) -> Bodies:
    stored = {("object", n): object_to_body(without_system_fields(o)) for n, o in objects.items()}
    return {**stored, **{("option_set", n): option_set_to_body(s) for n, s in option_sets.items()}}


def parts_of_plan(planned: Plan) -> list[Part]:
    """What `planned` does to the text of each definition."""
    before, after = _changed_bodies(planned)
    kinds = {"object": OBJECTS, "option_set": OPTION_SETS}
    return [
        Part(Thing(kinds[kind], name), before.get((kind, name)), after.get((kind, name)))
        for kind, name in sorted({*before, *after})
    ]


def _define(transaction: Transaction, planned: Plan) -> None:
    before, after = _changed_bodies(planned)
    changed = [
        {"kind": kind, "name": name, "body": body, "package": planned.package}
        for (kind, name), body in after.items()
        if before.get((kind, name)) != body
    ]
    statement = insert(definition)
    # A definition stays its package's when the company or another package changes it.
    statement = statement.on_conflict_do_update(
        index_elements=[definition.c.kind, definition.c.name],
        set_={
            "body": statement.excluded.body,
            "package": sa.func.coalesce(definition.c.package, statement.excluded.package),
        },
    )
    transaction.execute_many(statement, changed)
    for kind, name in before.keys() - after.keys():
        transaction.execute(sa.delete(definition).where(definition.c.kind == kind, definition.c.name == name))


def _forget(transaction: Transaction, planned: Plan) -> None:
    """The counters of objects and fields that are gone: the bin has them. History stays as it was."""
    for name in planned.started.objects.keys() - planned.wanted.objects.keys():
        transaction.execute(sa.delete(auto_number).where(auto_number.c.object == name))
    for name, obj in planned.wanted.objects.items():
        before = planned.started.objects.get(name)
        for gone in () if before is None else before.fields.keys() - obj.fields.keys():
            transaction.execute(sa.delete(auto_number).where(auto_number.c.object == name, auto_number.c.field == gone))
