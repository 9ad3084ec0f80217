"""What records offer beyond create, update and delete: the actions that modules register, for one record or many."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dougong.access.principal import Principal
from dougong.kit.errors import Forbidden, NotFound, Problem, Refused, TooLarge
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.registry import Registry
from dougong.records.read.rights import Seen, see, see_many
from dougong.records.work import Reading, Writing
from dougong.records.write.existing import NOT_FOUND
from dougong.records.write.hooking import Action, Hooks, installed_hooks

Answer = Mapping[str, Any]

NOT_OFFERED = "access.action_not_offered"


def actions_on(seen: Seen, hooks: Hooks | None = None) -> list[Action]:
    """The actions that the reader may do to a record that they see, in the order in which they were registered."""
    r = seen.reading
    return [action for action in _open(r.registry, r.actor, seen.object, hooks) if action.offered(seen)]


def bulk_actions(registry: Registry, actor: Principal, object_name: str, hooks: Hooks | None = None) -> list[Action]:
    """The actions that the actor may do to many records of the object at once, whichever these are."""
    return [action for action in _open(registry, actor, object_name, hooks) if action.bulk]


def takings(r: Reading, object_name: str, ids: Sequence[int], hooks: Hooks | None = None) -> dict[int, list[Action]]:
    """By id the actions by which the reader may take these records; records that offer none, or are not seen, lack."""
    taking = [action for action in _open(r.registry, r.actor, object_name, hooks) if action.takes]
    if not taking or not ids:
        return {}
    offered = {one.id: [action for action in taking if action.offered(one)] for one in see_many(r, object_name, ids)}
    return {record_id: actions for record_id, actions in offered.items() if actions}


def _open(registry: Registry, actor: Principal, object_name: str, hooks: Hooks | None) -> list[Action]:
    obj = registry.objects.get(object_name)
    found = {} if obj is None else (hooks or installed_hooks()).actions_of(obj)
    return [action for action in found.values() if action.open_to(registry, actor)]


def act(
    w: Writing, object_name: str, record_id: int, name: str, params: Mapping[str, Any], hooks: Hooks | None = None
) -> Answer:
    """Do the action `name` to one record; what the surface shows of it.

    Raises NotFound (no such action, record not visible), Forbidden (not this writer's, or not now), and what it raises.
    """
    action = _action(w.registry, object_name, name, hooks)
    seen = see(w, object_name, record_id)
    if not (action.open_to(w.registry, w.actor) and action.offered(seen)):
        raise Forbidden(NOT_OFFERED, name=name, object=object_name)
    return action.run(replace(w, action=name), [record_id], params)


def take(w: Writing, object_name: str, record_id: int, name: str, hooks: Hooks | None = None) -> Answer:
    """Do the action `name` to a record, if it is one by which records are taken. Raises what `act` raises."""
    if not _action(w.registry, object_name, name, hooks).takes:
        raise NotFound("record.no_action", name=name, object=object_name)
    return act(w, object_name, record_id, name, {}, hooks)


def act_on_many(
    w: Writing,
    object_name: str,
    ids: Sequence[int],
    name: str,
    params: Mapping[str, Any],
    hooks: Hooks | None = None,
) -> Answer:
    """Do the action `name` to several records at once: to all of them or, with one to which it is not offered, to none.

    Raises NotFound (no such action), Forbidden (not this writer's, or for one record at a time), TooLarge, Refused with
    a problem for each record that is not visible or to which it is not offered, and what the action raises.
    """
    action = _action(w.registry, object_name, name, hooks)
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > PAGE_SIZE_MAX:
        raise TooLarge("records.batch_too_large", maximum=PAGE_SIZE_MAX, count=len(wanted))
    if not (action.bulk and action.open_to(w.registry, w.actor)):
        raise Forbidden(NOT_OFFERED, name=name, object=object_name)
    seen = {one.id: one for one in see_many(w, object_name, wanted)} if wanted else {}
    problems = []
    for number, record_id in enumerate(wanted):
        if record_id not in seen:
            params_of = {"object": object_name, "id": str(record_id)}
            problems.append(Problem(NOT_FOUND, row=number, params=params_of))
        elif not action.offered(seen[record_id]):
            problems.append(Problem(NOT_OFFERED, row=number, params={"name": name, "object": object_name}))
    if problems:
        raise Refused(problems)
    return action.run(replace(w, action=name), wanted, params)


def _action(registry: Registry, object_name: str, name: str, hooks: Hooks | None) -> Action:
    found = (hooks or installed_hooks()).actions_of(registry.object(object_name)).get(name)
    if found is None:
        raise NotFound("record.no_action", name=name, object=object_name)
    return found
