"""The sale: what follows from its stage, winning, losing, reopening and resting, lines, currencies, and its contacts.

Hooks of the write path and five actions; whatever an administrator sets for stages is `crm.stages`. Source: domain.md
2.4, 2.5, 2.2.
"""

from dougong.crm.opportunities.actions import ACTIONS
from dougong.crm.opportunities.amounts import amounts
from dougong.crm.opportunities.catching_up import CATCH_UPS
from dougong.crm.opportunities.contacts import contact_once, influences, placed_once
from dougong.crm.opportunities.ending import follow_stage
from dougong.crm.opportunities.holding import hold
from dougong.crm.opportunities.lines import add_up
from dougong.crm.opportunities.rates import rates, recalculate
from dougong.crm.opportunities.stays import note_stays, only_ours
from dougong.records.hooks import Act, Registration

OPPORTUNITY, LINE, RATE = "opportunity", "opportunity_line", "exchange_rate"
CHANGING = (Act.CREATE, Act.UPDATE)
KEEPING = (*CHANGING, Act.DELETE, Act.RESTORE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    stage, amount = "opportunities.stage", "opportunities.amounts"
    hook(OPPORTUNITY, "check", "after", follow_stage, name=stage, acts=CHANGING)
    hook(OPPORTUNITY, "check", "after", hold, name="opportunities.hold", acts=CHANGING, requires=[stage])
    hook(OPPORTUNITY, "check", "after", amounts, name=amount, acts=CHANGING, requires=[stage])
    hook(OPPORTUNITY, "after", "after", note_stays, name="opportunities.stays", acts=(Act.UPDATE,))
    hook("stage_stay", "check", "after", only_ours, name="opportunities.only_ours")
    hook(LINE, "after", "after", add_up, name="opportunities.total", acts=KEEPING)
    hook(RATE, "check", "after", rates, name="opportunities.rates", acts=(*CHANGING, Act.RESTORE))
    hook(RATE, "after", "after", recalculate, name="opportunities.recalculate", acts=KEEPING)
    once = (*CHANGING, Act.RESTORE)
    # Behind what decides whether the writer sees the deal or the map: who does not, learns nothing of who is on it.
    hook("opportunity_contact", "unique", "after", contact_once, name="opportunities.contacts", acts=once)
    hook("influence", "unique", "after", influences, name="opportunities.influences", acts=once)
    hook("map_position", "unique", "after", placed_once, name="opportunities.places", acts=once)
    registration.actions += ACTIONS
    registration.catch_ups += CATCH_UPS
