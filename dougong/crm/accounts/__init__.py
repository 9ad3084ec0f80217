"""Accounts and contacts: a contact does not leave an account in the middle of its deals. Source: domain.md 2.1, 2.2."""

from dougong.crm.accounts.moving import stays_with_deals
from dougong.records.hooks import Act, Registration


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(
        "contact", "check", "after", stays_with_deals, name="accounts.moving_contacts", acts=(Act.UPDATE,)
    )
