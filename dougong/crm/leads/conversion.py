"""A lead becomes an account with a contact and, if one wants, a deal: new ones, or such as there are (domain.md 2.6).

All of it is one transaction by the ordinary write path, as the person who converts: what they may not do refuses the
whole. The lead's row is held from the first statement, so that a lead is converted once. What goes with it by itself is
the product's (decision 18): activities move to the account, memberships in campaigns are carried to the contact, and
where somebody else is to own what was made it is handed over at the end.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from dougong.access.principal import Action, acting_for
from dougong.crm.leads.mapping import ACCOUNT, CONTACT, LEAD, OPPORTUNITY, mapped_values
from dougong.crm.leads.status import CONVERTED, CONVERTED_AT
from dougong.crm.leads.wish import Chosen, read_wish
from dougong.expressions.ast import Compare, Condition, Operator, Path, all_of
from dougong.kit.clock import now
from dougong.kit.errors import Conflict, Forbidden, NotFound, Problem, Refused
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.model import Object
from dougong.records.api import (
    NOT_OFFERED,
    Change,
    Order,
    Query,
    Seen,
    Writing,
    columns_of,
    create,
    get,
    keeping,
    lock,
    page,
    take,
    update,
)

ACTIVITY, MEMBER = "activity", "campaign_member"
BECOMES = {ACCOUNT: "converted_account_id", CONTACT: "converted_contact_id", OPPORTUNITY: "converted_opportunity_id"}
VIA = "conversion"
LEAD_ID = "lead_id"
"""The field by which what was made of a lead, and what came with it, says so."""


def is_convertible(lead: Seen) -> bool:
    """Whether the reader may convert the lead now."""
    return lead.can[Action.UPDATE] and lead.values.get("status") != CONVERTED


def convert(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Convert one lead as `params` say (see `wish`); the ids and names of what it became.

    Raises Conflict (lead.already_converted, lead.account_not_taken), Forbidden (lead.account_hidden, or a right is
    missing), what taking the account raises, and Refused with the problems of what would be made, their fields named
    `account.…`, `contact.…`, `opportunity.…`.
    """
    (lead_id,) = ids
    wish = read_wish(params)
    lead = _hold(w, lead_id)
    mapped = mapped_values(w, lead)

    def made(target: str, chosen: Chosen, links: Mapping[str, int | None]) -> int:
        carrying = replace(w, carried=_options_in(mapped[target]))
        return _make(carrying, lead_id, target, {**mapped[target], **chosen.values, **links})

    account = _account(w, wish.account, lambda: made(ACCOUNT, wish.account, {}))
    contact = None
    if wish.contact is not None:
        chosen = wish.contact
        contact = _contact(w, chosen, account, lambda: made(CONTACT, chosen, {"account_id": account}))
    opportunity = None
    if wish.opportunity is not None:
        opportunity = made(OPPORTUNITY, wish.opportunity, {"account_id": account, "contact_id": contact})
    became = {ACCOUNT: account, CONTACT: contact, OPPORTUNITY: opportunity}
    _close(w, lead_id, lead, became)
    _take_along(w, lead_id, account, contact)
    _hand_over(w, lead_id, became, wish.owner)
    return {name: _told(w, name, one) for name, one in became.items() if one is not None}


def _hold(w: Writing, lead_id: int) -> dict[str, Any]:
    """Lock the lead's row, see that the writer may change it, and read it. Who comes second finds it converted."""
    try:
        update(w, LEAD, [Change(lead_id, {})])
    except Conflict as refusal:
        if get(w, LEAD, lead_id, ("status",))["status"] == CONVERTED:
            raise Conflict("lead.already_converted") from refusal
        raise
    lead = get(w, LEAD, lead_id)
    if lead["status"] == CONVERTED:
        raise Conflict("lead.already_converted")
    return lead


def _account(w: Writing, chosen: Chosen, make: Callable[[], int]) -> int:
    if chosen.id is None:
        return make()
    try:
        get(w, ACCOUNT, chosen.id, ("id",))
    except NotFound as hidden:
        raise Forbidden("lead.account_hidden") from hidden
    if chosen.take is not None:
        _take(w, chosen.id, chosen.take)
    return chosen.id


def _take(w: Writing, account: int, name: str) -> None:
    """Take an account that nobody has, by the rules of where it lies: nothing is hung on it before it is somebody's."""
    try:
        take(w, ACCOUNT, account, name)
    except Forbidden as refusal:
        if refusal.code != NOT_OFFERED:
            raise
        raise Conflict("lead.account_not_taken") from refusal


def _contact(w: Writing, chosen: Chosen, account: int, make: Callable[[], int]) -> int:
    if chosen.id is None:
        return make()
    if get(w, CONTACT, chosen.id, ("account_id",))["account_id"] != account:
        raise Refused([Problem("lead.contact_elsewhere", "contact.id")])
    return chosen.id


def _options_in(mapped: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """What the lead gives to fields of options: a source that is out of use by now is still where it came from."""
    return frozenset(
        (name, one)
        for name, value in mapped.items()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, str)
    )


def _make(w: Writing, lead_id: int, target: str, values: Mapping[str, Any]) -> int:
    with _fields_of(w.registry.object(target)):
        # By another way than a form: a duplicate of which one is warned there was shown by the dialog before.
        made = create(keeping(replace(w, via=VIA), LEAD_ID), target, [{**values, LEAD_ID: lead_id}]).ids[0]
    if made is None:
        raise NotFound("record.not_found", object=target)
    return made


@contextmanager
def _fields_of(obj: Object) -> Iterator[None]:
    """Name the fields of problems by what is to be made: the dialog has three forms."""
    try:
        yield
    except Refused as refusal:
        raise Refused([_of(obj, one) for one in refusal.problems]) from refusal


def _of(obj: Object, problem: Problem) -> Problem:
    field = obj.fields.get(problem.field or "")
    if field is None:
        return replace(problem, field=obj.name)
    return replace(problem, field=f"{obj.name}.{field.name}", params={"field": field.label, **problem.params})


def _close(w: Writing, lead_id: int, lead: Mapping[str, Any], became: Mapping[str, int | None]) -> None:
    """Write down in the lead what it became, and lock it: nobody goes on working on what is an account now."""
    kept = {
        CONVERTED_AT: now(),
        "converted_by_id": w.actor.user_id,
        "status_before": lead["status"],
        **{BECOMES[name]: one for name, one in became.items()},
    }
    update(keeping(w, *kept), LEAD, [Change(lead_id, {"status": CONVERTED, **kept})])
    lock(with_it(w), LEAD, [lead_id])


def with_it(w: Writing) -> Writing:
    """The writing of what goes with a conversion by itself."""
    return replace(w, actor=acting_for(w.actor))


def _take_along(w: Writing, lead_id: int, account: int, contact: int | None) -> None:
    ours = with_it(w)
    values = {"related_id": {"object": ACCOUNT, "id": str(account)}, LEAD_ID: lead_id}
    for ids in chunks(ours, ACTIVITY, where_is("related_id", lead_id)):
        update(keeping(ours, LEAD_ID), ACTIVITY, [Change(one, values) for one in ids])
    if contact is not None:
        _carry_memberships(ours, lead_id, contact)


def _carry_memberships(w: Writing, lead_id: int, contact: int) -> None:
    """The lead's memberships become the contact's as well, but where the contact is a member already."""
    there = {campaign for _, campaign in _campaigns(w, where_is("contact_id", contact))}
    of_lead = _campaigns(w, where_is(LEAD_ID, lead_id))
    carried = [member for member, campaign in of_lead if campaign not in there]
    if carried:
        update(w, MEMBER, [Change(one, {"contact_id": contact}) for one in carried])


def _campaigns(w: Writing, where: Condition) -> list[tuple[int, int]]:
    """The members that meet a condition, each with its campaign; nobody is in more than a page of campaigns."""
    query = Query(MEMBER, columns_of(("id", "campaign_id")), where, limit=PAGE_SIZE_MAX)
    return [(int(member), int(campaign)) for member, campaign in page(w, query).rows]


def where_is(name: str, record_id: int) -> Condition:
    """That a field leads to this record."""
    return Compare(Path((name,)), Operator.EQ, (record_id,))


def chunks(w: Writing, name: str, where: Condition) -> Iterator[list[int]]:
    """The ids of all records that meet a condition, in parts that one batch takes."""
    last = 0
    while True:
        further = all_of(where, Compare(Path(("id",)), Operator.GT, (last,)))
        query = Query(name, columns_of(("id",)), further, order=(Order(Path(("id",))),), limit=PAGE_SIZE_MAX)
        ids = [int(row[0]) for row in page(w, query).rows]
        if not ids:
            return
        last = max(ids)
        yield ids


def _hand_over(w: Writing, lead_id: int, became: Mapping[str, int | None], owner: int | None) -> None:
    """Give what was made of the lead to who is to own it. At the end: until then its maker must see it."""
    if owner is None or owner == w.actor.user_id:
        return
    ours = with_it(w)
    for name, one in became.items():
        if one is not None and get(ours, name, one, (LEAD_ID,))[LEAD_ID] == lead_id:
            with _fields_of(w.registry.object(name)):
                update(ours, name, [Change(one, {"owner_id": owner})])


def _told(w: Writing, name: str, record_id: int) -> dict[str, Any]:
    found = get(with_it(w), name, record_id, ("name",))
    return {"id": str(record_id), "name": found["name"]}
