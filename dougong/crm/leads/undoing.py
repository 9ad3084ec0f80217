"""Taking a conversion back, as one act, while nothing else depends on what it made (domain.md 2.6, issue D point 1).

What it made goes to the recycle bin, by the rights of who takes it back; what it was linked to stays as it is. The
activities that came with the lead return to it, and whatever somebody has added since is in the way and named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dougong.access.principal import Action
from dougong.crm.leads.conversion import (
    ACTIVITY,
    BECOMES,
    LEAD_ID,
    MEMBER,
    chunks,
    where_is,
    with_it,
)
from dougong.crm.leads.mapping import ACCOUNT, CONTACT, LEAD, OPPORTUNITY
from dougong.crm.leads.status import CONVERTED, CONVERTED_AT
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of, any_of
from dougong.kit.errors import Conflict, NotFound
from dougong.metadata.field_types.options import default_of, option_index
from dougong.metadata.model import Field, FieldType, Object
from dougong.metadata.registry import children_of
from dougong.records.api import (
    Change,
    Seen,
    Writing,
    count,
    delete,
    get,
    keeping,
    unlock,
    update,
)

MADE = (OPPORTUNITY, CONTACT, ACCOUNT)
"""What a conversion makes, in the order in which it goes: what hangs on another first."""

GOES_ALONG = frozenset({"team_member"})
"""What follows the record that it points to, and is no work on it: who may see it."""


def can_undo(lead: Seen) -> bool:
    """Whether the reader may take the lead's conversion back: who made it, and who may unlock the lead."""
    actor = lead.reading.actor
    mine = lead.values.get("converted_by_id") == actor.user_id
    return lead.values.get("status") == CONVERTED and (mine or lead.can[Action.LOCK] or actor.administers)


def undo_conversion(w: Writing, ids: Sequence[int], _params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the conversion of one lead back.

    Raises Conflict (lead.not_converted, lead.conversion_used with what is in the way) and what deleting raises.
    """
    (lead_id,) = ids
    ours = with_it(w)
    update(ours, LEAD, [Change(lead_id, {})])  # holds the row: two cannot take it back at once
    lead = get(ours, LEAD, lead_id)
    if lead["status"] != CONVERTED:
        raise Conflict("lead.not_converted")
    made = {
        name: one for name in MADE if (one := lead[BECOMES[name]]) is not None and _is_ours(ours, name, one, lead_id)
    }
    _check_unused(ours, made, lead_id)
    _bring_back(ours, lead_id, lead[BECOMES[CONTACT]])
    for name, one in made.items():
        delete(w, name, [one])
    kept = {CONVERTED_AT: None, "converted_by_id": None, "status_before": None, **dict.fromkeys(BECOMES.values())}
    update(keeping(ours, *kept), LEAD, [Change(lead_id, {"status": _status(ours, lead["status_before"]), **kept})])
    unlock(ours, LEAD, [lead_id])
    return {"deleted": {name: str(one) for name, one in made.items()}}


def _status(w: Writing, before: str | None) -> str | None:
    """The status of before, or that of a new lead where the company has it no more."""
    field = w.registry.object(LEAD).fields["status"]
    return before if before in option_index(field).active else str(default_of(field))


def _is_ours(w: Writing, name: str, record_id: int, lead_id: int) -> bool:
    """Whether the conversion made the record, which is still there; else it was linked, or is gone already."""
    try:
        return bool(get(w, name, record_id, (LEAD_ID,))[LEAD_ID] == lead_id)
    except NotFound:
        return False


def _check_unused(w: Writing, made: Mapping[str, int], lead_id: int) -> None:
    """Raise Conflict where records that the conversion neither made nor brought along hang on what it made."""
    known = (lead_id, *made.values())
    found: list[tuple[Object, int]] = []
    for name, one in made.items():
        for child, link in children_of(w.registry, name):
            if child.name in GOES_ALONG or _is_kept(child, link):
                continue
            number = count(w, child.name, _others(child, link, one, known)).number
            if number:
                found.append((child, number))
    if found:
        raise Conflict(
            "lead.conversion_used",
            used_zh="、".join(f"{child.label.zh} {number}" for child, number in found),
            used_en=", ".join(
                f"{number} {(child.label if number == 1 else child.plural).en}" for child, number in found
            ),
        )


def _is_kept(child: Object, link: Field) -> bool:
    """Whether the product alone writes records of `child`, such as a trace of stages: nobody has worked on them."""
    return all(
        field.system or field.maintained or not field.stored or field.name == link.name
        for field in child.fields.values()
        if field.type is not FieldType.AUTO_NUMBER
    )


def _others(child: Object, link: Field, one: int, known: tuple[int, ...]) -> Condition:
    """The living records of `child` that point to what was made, without what was made or came along with it."""
    pointing: list[Condition] = [where_is(link.name, one), Compare(Path(("id",)), Operator.NOT_IN, known)]
    if LEAD_ID in child.fields:
        # A comparison with a blank is false (decision 7), so that a blank origin has to be asked for.
        blank = Compare(Path((LEAD_ID,)), Operator.IS_NULL, ())
        pointing.append(any_of(blank, Compare(Path((LEAD_ID,)), Operator.NE, known[:1])))
    return all_of(*pointing)


def _bring_back(w: Writing, lead_id: int, contact: int | None) -> None:
    """The activities hang on the lead again, and its memberships are its own."""
    values = {"related_id": {"object": LEAD, "id": str(lead_id)}, LEAD_ID: None}
    for ids in chunks(w, ACTIVITY, where_is(LEAD_ID, lead_id)):
        update(keeping(w, LEAD_ID), ACTIVITY, [Change(one, values) for one in ids])
    if contact is not None:
        both = all_of(where_is(LEAD_ID, lead_id), where_is("contact_id", contact))
        for ids in chunks(w, MEMBER, both):
            update(w, MEMBER, [Change(one, {"contact_id": None}) for one in ids])
