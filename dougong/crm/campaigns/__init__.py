"""Campaigns: who is in them, and how these responded. What a campaign brought in is roll-ups of its object.

* `members` the rules of a member, and what is done to many: add leads and contacts, note their responses

Source: domain.md 2.7.
"""

from dougong.access.principal import Action as Right
from dougong.crm.campaigns.members import MEMBER, add_contacts, add_leads, check_members, set_response
from dougong.metadata.model import Label
from dougong.records.hooks import Act, Registration

WRITING = (Act.CREATE, Act.UPDATE, Act.RESTORE)
ADD = Label("加入市场活动", "Add to a campaign")


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(MEMBER, "check", "after", check_members, name="campaigns.members", acts=WRITING)
    needs = [(MEMBER, Right.CREATE)]
    registration.register_action("lead", "add_to_campaign", ADD, add_leads, needs=needs, bulk=True, icon="notification")
    registration.register_action(
        "contact", "add_to_campaign", ADD, add_contacts, needs=needs, bulk=True, icon="notification"
    )
    registration.register_action(
        MEMBER,
        "set_response",
        Label("设置响应", "Set the response"),
        set_response,
        needs=[(MEMBER, Right.UPDATE)],
        bulk=True,
        icon="check",
    )
