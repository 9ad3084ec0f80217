"""A plan put into force: tables, indexes and definitions in one transaction, or nothing at all."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from dougong.kit.errors import Conflict
from dougong.metadata.check import InvalidDefinitions
from dougong.metadata.ddl import statements
from dougong.metadata.definitions import Body, object_to_body, option_set_to_body
from dougong.metadata.package import Package
from dougong.metadata.plan import Plan, plan
from dougong.metadata.registry import Registry, load_registry, without_system_fields
from dougong.storage.schema import auto_number, definition, meta_version, search_entry
from dougong.storage.unit_of_work import Transaction

LOCK_TIMEOUT = "5s"
"""A change that cannot get its locks gives up instead of stopping everybody behind it."""

CHANNEL = "dougong_metadata"
"""NOTIFY tells other processes the new version; who misses it sees it with their next request."""


def apply(transaction: Transaction, planned: Plan) -> int:
    """Put `planned` into force and return the version. Without steps nothing happens.

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
    for statement in statements(planned.current, planned.wanted):
        transaction.connection.execute(statement)
    _define(transaction, planned)
    _forget(transaction, planned)
    transaction.execute(sa.update(meta_version).values(metadata=planned.wanted.version))
    transaction.execute(sa.select(sa.func.pg_notify(CHANNEL, str(planned.wanted.version))))
    return planned.wanted.version


def apply_package(transaction: Transaction, wanted: Package, *, prune: bool = False) -> int:
    """Plan from what is in force now to `wanted` and apply it at once: for set-up and tests. Returns the version."""
    return apply(transaction, plan(load_registry(transaction), wanted, transaction, prune=prune))


def bodies(registry: Registry) -> dict[tuple[str, str], Body]:
    """Every definition of `registry` as it is stored, by kind and name."""
    objects = {("object", n): object_to_body(without_system_fields(o)) for n, o in registry.objects.items()}
    return {**objects, **{("option_set", n): option_set_to_body(s) for n, s in registry.option_sets.items()}}


def _define(transaction: Transaction, planned: Plan) -> None:
    before, after = bodies(planned.current), bodies(planned.wanted)
    changed = [
        {"kind": kind, "name": name, "body": body, "package": planned.package}
        for (kind, name), body in after.items()
        if before.get((kind, name)) != body
    ]
    statement = insert(definition)
    # A definition stays its package's when the company changes it.
    statement = statement.on_conflict_do_update(
        index_elements=[definition.c.kind, definition.c.name],
        set_={
            "body": statement.excluded.body,
            "package": sa.func.coalesce(statement.excluded.package, definition.c.package),
        },
    )
    transaction.execute_many(statement, changed)
    for kind, name in before.keys() - after.keys():
        transaction.execute(sa.delete(definition).where(definition.c.kind == kind, definition.c.name == name))


def _forget(transaction: Transaction, planned: Plan) -> None:
    """What hangs on objects and fields that are gone: search entries and counters. History stays as it was."""
    for name in planned.current.objects.keys() - planned.wanted.objects.keys():
        transaction.execute(sa.delete(search_entry).where(search_entry.c.object == name))
        transaction.execute(sa.delete(auto_number).where(auto_number.c.object == name))
    for name, obj in planned.wanted.objects.items():
        before = planned.current.objects.get(name)
        for gone in () if before is None else before.fields.keys() - obj.fields.keys():
            transaction.execute(sa.delete(auto_number).where(auto_number.c.object == name, auto_number.c.field == gone))
