"""What groups and assistants must be, as hooks of the write path: the settings that grants of records name.

A grant is a token on the row (`dougong.access.tokens`), which the write path itself keeps (`records.write.grants`); who
holds it is worked out when a person is resolved (`dougong.access.subjects`).
"""

from dougong.records.hooks import Act, Registration
from dougong.records.sharing.assistants import not_oneself
from dougong.records.sharing.groups import no_circle

CHANGING = (Act.CREATE, Act.UPDATE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(
        "public_group_member", "check", "after", no_circle, name="sharing.groups", acts=(*CHANGING, Act.RESTORE)
    )
    registration.register_hook("assistant", "check", "after", not_oneself, name="sharing.assistants", acts=CHANGING)
