"""客户信息回填: what registries know of a company fills in the form of an account or a lead.

A provider is a record (`registry_provider`): a file that an administrator has loaded (`dougong.records.companies`), or
somebody's HTTP service, described by its addresses, its way to sign and where things stand in its answers; `presets`
has those of 企查查 and 天眼查. `asking` asks them in their order, `calling` does it within bounds (time, size, where
to), `filling` makes of a company what this person may enter into a form. Whatever a provider does, the form goes
on working: an answer tells what could not be asked.
"""

from dougong.integrations.registries.filling import mark_registered
from dougong.integrations.registries.saving import check_mapping, check_provider
from dougong.records.hooks import Act, Registration

APPEARING = (Act.CREATE, Act.UPDATE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    for name, hook in (("registry_provider", check_provider), ("registry_mapping", check_mapping)):
        registration.register_hook(name, "check", "after", hook, name=f"registries.{name}", acts=APPEARING)
    registration.register_hook(
        "account", "check", "after", mark_registered, name="registries.registered", acts=(Act.CREATE, Act.UPDATE)
    )
