"""What sharing settings must be and what follows from them, as hooks of the write path.

A grant is a token on the row (`dougong.access.tokens`), which the write path itself keeps (`records.write.grants`,
`records.write.rules`); who holds it is worked out when a person is resolved (`dougong.access.subjects`).
"""

from dougong.records import dimensions
from dougong.records.hooks import Act, Registration
from dougong.records.sharing import partners
from dougong.records.sharing.assistants import not_oneself
from dougong.records.sharing.groups import no_circle
from dougong.records.sharing.rules import check_rule, keep_generations
from dougong.records.sharing.sources import DECIDING, sources_changed
from dougong.records.sharing.targets import named_once

CHANGING = (Act.CREATE, Act.UPDATE)
APPEARING = (*CHANGING, Act.RESTORE)

ONCE = (
    ("team_member", "record_id", "member_id", "team.twice"),
    ("sharing_rule_target", "rule_id", "target_id", "rule.target_twice"),
)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(
        "public_group_member", "check", "after", no_circle, name="sharing.groups", acts=APPEARING
    )
    registration.register_hook("assistant", "check", "after", not_oneself, name="sharing.assistants", acts=CHANGING)
    for object_name, check in (
        ("user", partners.users_apart),
        ("user_department", partners.memberships_apart),
        ("department", partners.departments_apart),
        ("department_contact", partners.contacts_apart),
        ("assistant", partners.no_outside_assistant),
        ("user_profile", partners.no_outside_administrator),
    ):
        name = f"sharing.partners.{object_name}"
        registration.register_hook(object_name, "check", "after", check, name=name, acts=CHANGING)
    dimensions.install(registration)
    for name, of, member, code in ONCE:
        # Behind what decides whether the writer may share the record: whoever may not, learns nothing of its team.
        once = named_once(of, member, code)
        registration.register_hook(name, "unique", "after", once, name=f"sharing.once.{name}", acts=APPEARING)
    registration.register_hook("sharing_rule", "check", "after", check_rule, name="sharing.rule", acts=APPEARING)
    registration.register_hook("sharing_rule", "after", "after", keep_generations, name="sharing.generations")
    for name in DECIDING:
        registration.register_hook(name, "after", "after", sources_changed, name=f"sharing.sources.{name}")
