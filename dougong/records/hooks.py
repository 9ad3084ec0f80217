"""The other door: what business modules and plugins add to the write path, and the actions that records offer.

A plugin is a function `install(registration)` named by an entry point of the group `dougong.plugins`. It registers
hooks before or after a named stage of the write path (`dougong.records.write.pipeline.STAGES`) and actions on objects.
All are collected once, put in order and frozen: nothing is registered by importing a module.

A hook gets the batch and the writing. Hooks of deciding stages look at `batch.live`, may set `row.values[name]` (the
checks behind see it) and return problems, which they never raise. Hooks of storing stages (`after`) may write through
`dougong.records.api`: it is all one transaction.
"""

from dougong.records.write.batch import THERE_ALREADY, Act, Batch, Row
from dougong.records.write.hooking import (
    EVERY_OBJECT,
    PLUGIN_GROUP,
    Action,
    ActionFunction,
    ActionsOf,
    CatchUp,
    Hook,
    HookFunction,
    Hooks,
    Plugin,
    Registration,
    When,
    build_hooks,
    installed_hooks,
    ordered,
)

__all__ = [
    "EVERY_OBJECT",
    "PLUGIN_GROUP",
    "THERE_ALREADY",
    "Act",
    "Action",
    "ActionFunction",
    "ActionsOf",
    "Batch",
    "CatchUp",
    "Hook",
    "HookFunction",
    "Hooks",
    "Plugin",
    "Registration",
    "Row",
    "When",
    "build_hooks",
    "installed_hooks",
    "ordered",
]
