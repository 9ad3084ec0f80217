"""Hooks and actions as values: how they are registered, put in order, and found by the stages.

`dougong.records.hooks` is the door to this; the pipeline, which is below that door, reads it here.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Literal

from dougong.access.policy import allowed
from dougong.access.principal import Action as Right
from dougong.access.principal import Principal
from dougong.kit.errors import Problem
from dougong.metadata.model import Label, Object
from dougong.metadata.registry import Registry
from dougong.records.read.rights import Seen
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch

PLUGIN_GROUP = "dougong.plugins"
EVERY_OBJECT = "*"

When = Literal["before", "after"]
HookFunction = Callable[[Batch, Writing], Sequence[Problem]]
Offered = Callable[[Seen], bool]
ActionFunction = Callable[[Writing, Sequence[int], Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Hook:
    """A function that runs before or after a stage, for one object or for every one ("*")."""

    name: str
    """Unique; by it other hooks require this one. By convention `module.subject`."""
    object: str
    stage: str
    when: When
    run: HookFunction
    requires: tuple[str, ...] = ()
    """Names of hooks that must have run before, when they are at the same place."""
    acts: frozenset[Act] = frozenset(Act)


@dataclass(frozen=True)
class Action:
    """Something that records of an object can do beyond create, update and delete: win, claim, convert."""

    object: str
    name: str
    label: Label
    run: ActionFunction
    """Called with the writing, the record ids and the parameters; answers with what the surface shows."""
    offered: Offered = lambda _seen: True
    """Whether this reader may do it to this record now; asked again before it runs."""
    confirm: Label | None = None
    """What one should know before doing it."""
    needs: tuple[tuple[str, Right], ...] = ()
    """Rights on objects without which nobody is offered it, whatever the record."""
    for_whom: Callable[[Principal], bool] = lambda _actor: True
    """Whether it is anything for this person at all, whatever the record."""
    bulk: bool = False
    """It can be done to many records at once: lists offer it for what is selected in them."""
    primary: bool = False
    """What one most likely comes to the record for: it stands beside "Edit", not in the menu."""
    icon: str = "thunderbolt"
    """The word of its picture, as objects have one."""
    asks: tuple[str, ...] = ()
    """Fields of its object that people fill in before it is done; what they say are its parameters."""
    needed: frozenset[str] = frozenset()
    """Those of `asks` without which it is not done."""
    takes: bool = False
    """Who does it has the record from then on: a duplicate that nobody has offers it where it is found."""

    def open_to(self, registry: Registry, actor: Principal) -> bool:
        """Whether the actor may do it to any record at all. A stranger's eyes and objects that are gone do nothing."""
        return (
            actor.viewed_by is None
            and self.for_whom(actor)
            and all(
                name in registry.objects and allowed(actor, registry.objects[name], right) is None
                for name, right in self.needs
            )
        )


ActionsOf = Callable[[Object], Sequence[Action]]
"""What records of an object offer by what its definition says: a company's own object like one of the product."""


@dataclass(frozen=True)
class CatchUp:
    """What records of before a release lack of what it keeps in them, given to each once (`records.catching_up`)."""

    name: str
    """Unique and for good: by it is known what has been done. By convention `module.subject`."""
    object: str
    fields: tuple[str, ...]
    """What it fills in. Where the object has none of them yet, the configuration is still to be upgraded."""
    run: Callable[[Writing, Sequence[int]], None]
    """Called with some of the records: fills in what is blank, so that running it twice does no harm."""


@dataclass(frozen=True)
class Hooks:
    """All hooks in their effective order, and all actions. A value: built once, then only read."""

    hooks: tuple[Hook, ...] = ()
    actions: Mapping[tuple[str, str], Action] = field(default_factory=dict)
    by_definition: tuple[ActionsOf, ...] = ()
    catch_ups: tuple[CatchUp, ...] = ()
    """In the order in which they were registered, and are done."""

    def at(self, object_name: str, stage: str, when: When, act: Act) -> list[Hook]:
        """The hooks that run at one place for batches of `object_name` that `act`."""
        return [
            hook
            for hook in self._by_place.get((stage, when), ())
            if act in hook.acts and hook.object in {object_name, EVERY_OBJECT}
        ]

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, When], Sequence[Hook]]:
        """The hooks of each place: every write asks at all of them, and most have none."""
        found: defaultdict[tuple[str, When], list[Hook]] = defaultdict(list)
        for hook in self.hooks:
            found[hook.stage, hook.when].append(hook)
        return found

    def actions_of(self, obj: Object) -> dict[str, Action]:
        """The actions that records of `obj` offer, by name, in the order in which they were registered.

        What is registered for the object by its name goes before what follows from its definition.
        """
        named = {action.name: action for action in self.actions.values() if action.object == obj.name}
        following = [action for actions_of in self.by_definition for action in actions_of(obj)]
        return named | {action.name: action for action in following if action.name not in named}


@dataclass
class Registration:
    """What a plugin's `install` is given to register in; `build_hooks` turns it into `Hooks`."""

    hooks: list[Hook] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    by_definition: list[ActionsOf] = field(default_factory=list)
    catch_ups: list[CatchUp] = field(default_factory=list)

    def register_hook(
        self,
        object_name: str,
        stage: str,
        when: When,
        run: HookFunction,
        *,
        name: str,
        requires: Sequence[str] = (),
        acts: Sequence[Act] = tuple(Act),
    ) -> None:
        """Run `run` before or after `stage` for batches of `object_name` ("*": every object) that do one of `acts`."""
        self.hooks.append(Hook(name, object_name, stage, when, run, tuple(requires), frozenset(acts)))

    def register_action(
        self,
        object_name: str,
        name: str,
        label: Label,
        run: ActionFunction,
        *,
        offered: Offered = lambda _seen: True,
        confirm: Label | None = None,
        needs: Sequence[tuple[str, Right]] = (),
        bulk: bool = False,
        primary: bool = False,
        icon: str = Action.icon,
    ) -> None:
        """Offer the action `name` on records of `object_name`; what the rest means, `Action` says."""
        self.actions.append(
            Action(object_name, name, label, run, offered, confirm, tuple(needs), bulk=bulk, primary=primary, icon=icon)
        )

    def register_actions(self, actions_of: ActionsOf) -> None:
        """Offer what `actions_of` says for an object's definition, on objects that do not exist yet too.

        It is asked for each record that is looked at: it should know its answer.
        """
        self.by_definition.append(actions_of)


Plugin = Callable[[Registration], None]


def build_hooks(plugins: Sequence[Plugin]) -> Hooks:
    """The frozen registry of what `plugins` register.

    Hooks at the same place run in the order of their names, each behind those that it requires. Raises ValueError for
    a name given twice, a requirement that is not registered, or requirements in a circle.
    """
    registration = Registration()
    for install in plugins:
        install(registration)
    actions: dict[tuple[str, str], Action] = {}
    for action in registration.actions:
        if (action.object, action.name) in actions:
            raise ValueError(f"action {action.name} of {action.object} is registered twice")
        actions[action.object, action.name] = action
    if len({one.name for one in registration.catch_ups}) < len(registration.catch_ups):
        raise ValueError("what records are given once is registered twice under one name")
    return Hooks(
        ordered(registration.hooks),
        MappingProxyType(actions),
        tuple(registration.by_definition),
        tuple(registration.catch_ups),
    )


def ordered(hooks: Sequence[Hook]) -> tuple[Hook, ...]:
    """`hooks` by name, each behind those that it requires. Raises ValueError as `build_hooks` says."""
    by_name: dict[str, Hook] = {}
    for hook in hooks:
        if hook.name in by_name:
            raise ValueError(f"hook {hook.name} is registered twice")
        by_name[hook.name] = hook
    placed: dict[str, Hook] = {}

    def place(hook: Hook, path: tuple[str, ...]) -> None:
        if hook.name in path:
            raise ValueError(f"hooks require each other in a circle: {' → '.join((*path, hook.name))}")
        for name in sorted(hook.requires):
            if name not in by_name:
                raise ValueError(f"hook {hook.name} requires {name}, which is not registered")
            if name not in placed:
                place(by_name[name], (*path, hook.name))
        placed[hook.name] = hook

    for hook in sorted(by_name.values(), key=lambda h: h.name):
        if hook.name not in placed:
            place(hook, ())
    return tuple(placed.values())


@cache
def installed_hooks() -> Hooks:
    """What the installed plugins register, the product's own business modules among them; read once a process."""
    found = sorted(entry_points(group=PLUGIN_GROUP), key=lambda e: e.name)
    return build_hooks([entry.load() for entry in found])
