"""Leads: what becomes of them. Converted into an account, a contact and a deal, and back; let in by forms of the web.

* `status`      a lead is converted by converting it, and is read-only from then on · `ended` nor is it worked on
* `mapping`     which field of a lead fills which field of what it becomes: records of `lead_mapping`
* `conversion`  converting, as one act · `proposing` what its dialog starts from · `undoing` the way back
* `forms`       what a form of the web asks · `submissions` what strangers send, and what became of it

Sources: domain.md 2.6 and 5.3, decision 34.
"""

from dougong.access.principal import Action as Right
from dougong.crm.leads.conversion import convert, is_convertible
from dougong.crm.leads.ended import not_on_converted
from dougong.crm.leads.forms import FORM, check_form
from dougong.crm.leads.mapping import ACCOUNT, CONTACT, LEAD, MAPPING, check_mapping
from dougong.crm.leads.status import check_status, check_unlock
from dougong.crm.leads.undoing import can_undo, undo_conversion
from dougong.metadata.model import Label
from dougong.records.hooks import Act, Registration

WRITING = (Act.CREATE, Act.UPDATE, Act.RESTORE)

UNDO_HINT = Label(
    "由转换新建的客户、联系人和销售机会会移到回收站，活动记录和市场活动成员回到线索。",
    "The account, contact and opportunity that it made go to the recycle bin; activities and memberships come back.",
)


def install(registration: Registration) -> None:
    """The plugin that `pyproject.toml` names."""
    registration.register_hook(LEAD, "check", "after", check_status, name="leads.status", acts=WRITING)
    registration.register_hook(LEAD, "check", "after", check_unlock, name="leads.unlock", acts=(Act.UNLOCK,))
    # Behind what decides whether the writer sees the lead: who does not, learns nothing of it.
    registration.register_hook(
        "activity", "unique", "after", not_on_converted, name="leads.ended", acts=(Act.CREATE, Act.UPDATE)
    )
    registration.register_hook(MAPPING, "check", "after", check_mapping, name="leads.mapping", acts=WRITING)
    registration.register_hook(FORM, "check", "after", check_form, name="leads.forms", acts=WRITING)
    registration.register_action(
        LEAD,
        "convert",
        Label("转换", "Convert"),
        convert,
        offered=is_convertible,
        needs=[(LEAD, Right.UPDATE), (ACCOUNT, Right.READ), (CONTACT, Right.READ)],
        primary=True,
        icon="swap",
    )
    registration.register_action(
        LEAD,
        "undo_conversion",
        Label("撤销转换", "Undo the conversion"),
        undo_conversion,
        offered=can_undo,
        confirm=UNDO_HINT,
        needs=[(LEAD, Right.UPDATE)],
        icon="undo",
    )
