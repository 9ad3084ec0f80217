"""What departments and users must be, as hooks of the write path: their rules, and their hand-over.

Whatever is set here is a record of an object and is written by `dougong.records.api`; a user's reach is worked out in
`dougong.access`. Circles of departments and line managers are refused by the write path itself.
"""

from dougong.records.hooks import Act, Registration
from dougong.records.organisation.departments import department_rules
from dougong.records.organisation.users import membership_rules, not_once_active, user_rules

CHANGING = (Act.CREATE, Act.UPDATE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(
        "department", "check", "after", department_rules, name="organisation.departments", acts=CHANGING
    )
    registration.register_hook("user", "check", "after", user_rules, name="organisation.users", acts=CHANGING)
    registration.register_hook(
        "user", "check", "after", not_once_active, name="organisation.once_active", acts=(Act.DELETE,)
    )
    registration.register_hook(
        "user_department", "check", "after", membership_rules, name="organisation.memberships", acts=CHANGING
    )
