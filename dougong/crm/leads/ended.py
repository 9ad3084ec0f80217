"""Nobody goes on working on a lead that is converted: what is done now is done with its account (domain.md 2.6)."""

from dougong.crm.activities.related import values_of
from dougong.crm.leads.mapping import LEAD
from dougong.crm.leads.status import CONVERTED
from dougong.kit.errors import Problem
from dougong.records.api import Writing
from dougong.records.hooks import Batch

LEAD_ID = "lead_id"


def not_on_converted(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each activity that is put on a converted lead, where its account's timeline would not show it.

    What an import brings is history. Undoing a conversion brings activities back while the lead is still converted.
    """
    if w.via == "import" or LEAD_ID in w.keeping:
        return []
    about = {row: row.after("related_id") for row in batch.live if row.changes("related_id")}
    ids = {related.id for related in about.values() if related is not None and related.object == LEAD}
    leads = values_of(w, LEAD, ids, ("name", "status")) if ids else {}
    ended = {number: lead["name"] for number, lead in leads.items() if lead["status"] == CONVERTED}
    return [
        Problem("lead.converted_read_only", "related_id", row.number, {"name": ended[related.id]})
        for row, related in about.items()
        if related is not None and related.id in ended
    ]
