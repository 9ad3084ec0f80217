"""Duplicates (查重): rules that say when two records are the same, and what comes of it (domain.md 5.6, decision 36).

`matches` answers for a record that is being written or converted; creating, editing and importing are checked in the
write path by the hooks below. Keys by which records are looked for are kept with every write (`terms`), what was found
is written down as pairs (`pairs`), which the workbench shows and a scan of existing records completes (`scanning`).
"""

from dougong.records.duplicates.checking import check, keep
from dougong.records.duplicates.matches import Match, matches
from dougong.records.duplicates.rules import CONDITION, RULE
from dougong.records.duplicates.saving import check_conditions, check_rules, settle
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

__all__ = ["Match", "install", "matches"]

_WRITTEN = (Act.CREATE, Act.UPDATE)
_STORED = (Act.CREATE, Act.UPDATE, Act.DELETE, Act.RESTORE)


def install(registration: Registration) -> None:
    """Register the hooks of duplicate rules."""
    hook = registration.register_hook
    hook(EVERY_OBJECT, "validation", "after", check, name="duplicates.check", acts=_WRITTEN)
    hook(EVERY_OBJECT, "after", "before", keep, name="duplicates.keep", acts=_STORED)
    hook(RULE, "check", "after", check_rules, name="duplicates.rules", acts=_WRITTEN)
    hook(CONDITION, "check", "after", check_conditions, name="duplicates.conditions", acts=_WRITTEN)
    hook(RULE, "after", "after", settle, name="duplicates.settle_rules", acts=_STORED)
    hook(CONDITION, "after", "after", settle, name="duplicates.settle_conditions", acts=_STORED)
