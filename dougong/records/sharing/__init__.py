"""What gives records to more people than their owner and department: teams, and the groups that grants may name.

A grant is a token on the row (`dougong.access.tokens`); who holds it is worked out when a person is resolved
(`dougong.access.subjects`). This room keeps the rows' tokens in step with the grants, by hooks of the write path.
Used through the records themselves: a team member is a record like others.
"""

from dougong.records.hooks import Act, Registration
from dougong.records.sharing.assistants import not_oneself
from dougong.records.sharing.groups import no_circle
from dougong.records.sharing.teams import keep_grants

CHANGING = (Act.CREATE, Act.UPDATE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook("team_member", "after", "after", keep_grants, name="sharing.teams")
    registration.register_hook(
        "public_group_member", "check", "after", no_circle, name="sharing.groups", acts=(*CHANGING, Act.RESTORE)
    )
    registration.register_hook("assistant", "check", "after", not_oneself, name="sharing.assistants", acts=CHANGING)
