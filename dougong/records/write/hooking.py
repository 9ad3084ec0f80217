"""Hooks and actions as values: how they are registered, put in order, and found by the stages.

`dougong.records.hooks` is the door to this; the pipeline, which is below that door, reads it here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any, Literal

from dougong.kit.errors import Problem
from dougong.metadata.model import Label
from dougong.records.work import Writing
from dougong.records.write.batch import Act, Batch

PLUGIN_GROUP = "dougong.plugins"
EVERY_OBJECT = "*"

When = Literal["before", "after"]
HookFunction = Callable[[Batch, Writing], Sequence[Problem]]
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


@dataclass(frozen=True)
class Hooks:
    """All hooks in their effective order, and all actions. A value: built once, then only read."""

    hooks: tuple[Hook, ...] = ()
    actions: Mapping[tuple[str, str], Action] = field(default_factory=dict)

    def at(self, object_name: str, stage: str, when: When, act: Act) -> list[Hook]:
        """The hooks that run at one place for batches of `object_name` that `act`."""
        return [
            hook
            for hook in self.hooks
            if hook.stage == stage
            and hook.when == when
            and act in hook.acts
            and hook.object in {object_name, EVERY_OBJECT}
        ]

    def actions_of(self, object_name: str) -> list[Action]:
        """The actions that records of `object_name` offer, by name."""
        found = (a for a in self.actions.values() if a.object in {object_name, EVERY_OBJECT})
        return sorted(found, key=lambda a: a.name)


@dataclass
class Registration:
    """What a plugin's `install` is given to register in; `build_hooks` turns it into `Hooks`."""

    hooks: list[Hook] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

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

    def register_action(self, object_name: str, name: str, label: Label, run: ActionFunction) -> None:
        """Offer the action `name` on records of `object_name`."""
        self.actions.append(Action(object_name, name, label, run))


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
    return Hooks(ordered(registration.hooks), MappingProxyType(actions))


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
