"""The trade: quotes for deals and orders, each with priced lines, and how one becomes the other (domain.md 2.9, 4.2).

Prices, currencies and frozen lines are the catalogue's (`crm.catalogue`). Here are the rules of the documents:
one main quote of each deal, and the life of an order.
"""

from dougong.crm.trade.actions import ACTIONS
from dougong.crm.trade.orders import guarded, in_force, ours_to_delete
from dougong.crm.trade.quotes import follow_account, from_deal, main_quote, one_of_two, still_valid
from dougong.records.hooks import Act, Registration

QUOTE, ORDER, OPPORTUNITY = "quote", "sales_order", "opportunity"
CHANGING = (Act.CREATE, Act.UPDATE)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    # Before the catalogue gives a document its currency and price book: those of the deal go first.
    hook(QUOTE, "check", "before", from_deal, name="trade.from_deal", acts=CHANGING)
    hook(QUOTE, "check", "after", main_quote, name="trade.main_quote", acts=CHANGING)
    hook(QUOTE, "check", "after", still_valid, name="trade.still_valid", acts=CHANGING)
    hook(QUOTE, "after", "after", one_of_two, name="trade.one_main_quote", acts=(Act.RESTORE,))
    hook(OPPORTUNITY, "after", "after", follow_account, name="trade.follow_account", acts=(Act.UPDATE,))
    hook(ORDER, "check", "after", guarded, name="trade.life_of_orders", acts=CHANGING)
    hook(ORDER, "check", "after", in_force, name="trade.in_force", acts=CHANGING, requires=["trade.life_of_orders"])
    hook(ORDER, "check", "after", ours_to_delete, name="trade.deleting_orders", acts=(Act.DELETE,))
    registration.actions += ACTIONS
