"""Price rules: what is added to a document, costs something else or is not allowed, by what is in it (domain.md 3.4).

A rule holds while its conditions do: what it has added goes when they are no longer met, so nobody needs a second rule
that takes it back. It changes the lines of the document that it is about, never a product's own price.
"""

from dougong.crm.pricing.following import document_changed, lines_changed, only_by_rules
from dougong.crm.pricing.settings import actions_fit, conditions_fit, rules_fit
from dougong.records.hooks import EVERY_OBJECT, Act, Registration

CHANGING = (Act.CREATE, Act.UPDATE)
APPEARING = (*CHANGING, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    hook(EVERY_OBJECT, "check", "before", only_by_rules, name="pricing.only_by_rules", acts=(Act.UPDATE, Act.DELETE))
    hook(EVERY_OBJECT, "after", "after", lines_changed, name="pricing.lines")
    hook(EVERY_OBJECT, "after", "after", document_changed, name="pricing.document", acts=(Act.UPDATE,))
    hook("price_rule", "check", "after", rules_fit, name="pricing.rules", acts=APPEARING)
    hook("price_rule_condition", "check", "after", conditions_fit, name="pricing.conditions", acts=APPEARING)
    hook("price_rule_action", "check", "after", actions_fit, name="pricing.actions", acts=APPEARING)
