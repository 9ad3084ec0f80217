"""What customers owe and pay: plans, receivables, receipts, refunds, adjustments, tax invoices (domain.md 4.3 to 4.12).

Only documents in force count. What a receivable is owed follows from what hangs on its lines, by roll-ups; that nobody
settles more than there is holds on what was stored, under the lock of the account (decision 48). Documents are seen by
who sees their account.
"""

from dougong.crm.receivables.actions import ACTIONS
from dougong.crm.receivables.balances import kept
from dougong.crm.receivables.documents import (
    DOCUMENTS,
    LINES,
    RECEIPT,
    RECEIVABLE,
    RECEIVABLE_LINE,
    REFUND,
    back_in_step,
    converted,
    followed,
    frozen_lines,
    in_force,
    life,
    lines_stay,
    one_at_a_time,
    ours_to_delete,
    stays,
)
from dougong.crm.receivables.filling import billed, lines_in_force, settled, taken_over
from dougong.crm.receivables.fitting import bills_fit, documents_fit, settlings_fit
from dougong.crm.receivables.guards import (
    CONTRACT,
    ORDER,
    contracts_stay,
    no_more_than_all,
    not_refunded,
    orders_stay,
    shares,
    still_needed,
)
from dougong.records.hooks import Act, Registration, When

CHANGING = (Act.CREATE, Act.UPDATE)
KEEPING = (*CHANGING, Act.DELETE, Act.RESTORE)
PLAN = "payment_plan"
NAMED: tuple[str, When] = ("unique", "before")
"""Where it has been decided what the writer may name: rules that stand here tell nobody of what they may not see."""


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    hook = registration.register_hook
    for name in (*DOCUMENTS, PLAN, *LINES):
        acts = (*CHANGING, Act.DELETE)
        hook(name, "above", "before", one_at_a_time, name=f"receivables.{name}.one_at_a_time", acts=acts)
    for name in (*DOCUMENTS, PLAN):
        # Before the catalogue gives a document its currency: that of the order or receipt goes first.
        hook(name, "check", "before", taken_over, name=f"receivables.{name}.taken_over", acts=CHANGING)
        hook(name, *NAMED, documents_fit, name=f"receivables.{name}.fit", acts=CHANGING)
    for name in DOCUMENTS:
        hook(name, "check", "after", life, name=f"receivables.{name}.life", acts=CHANGING)
        hook(name, "check", "after", stays, name=f"receivables.{name}.stays", acts=(Act.UPDATE,))
        after = [f"receivables.{name}.life"]
        hook(name, "check", "after", in_force, name=f"receivables.{name}.in_force", acts=CHANGING, requires=after)
        dated = ["catalogue.dated"]
        hook(name, "check", "after", converted, name=f"receivables.{name}.money", acts=CHANGING, requires=dated)
        hook(name, "check", "after", ours_to_delete, name=f"receivables.{name}.deleting", acts=(Act.DELETE,))
        hook(name, "after", "after", followed, name=f"receivables.{name}.followed", acts=(Act.UPDATE,))
    hook(RECEIVABLE, "check", "after", still_needed, name="receivables.still_needed", acts=(Act.UPDATE,))
    for name in LINES:
        hook(name, "check", "before", lines_in_force, name=f"receivables.{name}.in_force", acts=CHANGING)
        of_a_bill = name == RECEIVABLE_LINE
        fill = billed if of_a_bill else settled
        hook(name, "check", "before", fill, name=f"receivables.{name}.filled", acts=CHANGING)
        fits = bills_fit if of_a_bill else settlings_fit
        hook(name, *NAMED, fits, name=f"receivables.{name}.fit", acts=(*CHANGING, Act.RESTORE))
        hook(name, *NAMED, frozen_lines, name=f"receivables.{name}.frozen", acts=(*CHANGING, Act.RESTORE))
        hook(name, "check", "after", frozen_lines, name=f"receivables.{name}.kept_whole", acts=(Act.DELETE,))
        hook(name, *NAMED, lines_stay, name=f"receivables.{name}.lines_stay", acts=(Act.UPDATE,))
        back = f"receivables.{name}.back_in_step"
        hook(name, "after", "after", back_in_step, name=back, acts=(Act.RESTORE,))
        hook(name, "after", "after", kept, name=f"receivables.{name}.kept", acts=KEEPING, requires=[back])
    for name in (RECEIVABLE, RECEIPT, REFUND):
        requires = [f"receivables.{name}.followed"]
        hook(name, "after", "after", kept, name=f"receivables.{name}.kept", acts=KEEPING, requires=requires)
    hook(RECEIPT, "check", "after", not_refunded, name="receivables.not_refunded", acts=(Act.UPDATE,))
    hook(ORDER, "check", "after", orders_stay, name="receivables.orders_stay", acts=(Act.UPDATE,))
    hook(CONTRACT, "check", "after", contracts_stay, name="receivables.contracts_stay", acts=(Act.UPDATE,))
    hook(PLAN, "check", "after", shares, name="receivables.shares", acts=CHANGING)
    hook(
        PLAN,
        *NAMED,
        no_more_than_all,
        name="receivables.together",
        acts=(*CHANGING, Act.RESTORE),
    )
    registration.actions += ACTIONS
