"""What keeps a company from locking itself out or opening itself by mistake, and what an administrator does for others.

Hooks of the write path (presets, the last administrator, permissions that make no sense, settings of one record) and
actions on users (reset a password or a second factor, unlock, sign out). Source: domain.md 1.2, 1.3; issue B.
"""

from dougong.records.hooks import EVERY_OBJECT, Act, Registration
from dougong.records.security import administrators, areas, people, permissions, policy, presets, single

CHANGING = (Act.CREATE, Act.UPDATE)
TAKING_AWAY = (Act.UPDATE, Act.DELETE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    for name in ("role", "profile"):
        hook(name, "check", "after", presets.kept, name=f"security.presets_{name}", acts=(*CHANGING, Act.DELETE))
    for name in administrators.OBJECTS:
        hook(name, "after", "after", administrators.one_is_left, name=f"security.last_{name}", acts=TAKING_AWAY)
    giving = (*CHANGING, Act.RESTORE)
    hook("object_permission", "check", "after", permissions.reading, name="security.reading", acts=giving)
    hook("field_permission", "check", "after", permissions.required, name="security.required", acts=giving)
    hook(
        EVERY_OBJECT,
        "check",
        "after",
        single.only_one,
        name="security.single",
        acts=(Act.CREATE, Act.DELETE, Act.RESTORE),
    )
    hook("sign_in_policy", "after", "after", policy.holds_at_once, name="security.sessions", acts=(Act.UPDATE,))
    for name in ("profile", "user", *areas.OF_PEOPLE):
        hook(name, "check", "after", areas.theirs_to_give, name=f"security.areas_{name}", acts=tuple(Act))
    for name in areas.JUDGED:
        hook(name, "after", "after", areas.no_more_than_before, name=f"security.judged_{name}")
    registration.actions += people.ACTIONS
