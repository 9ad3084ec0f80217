"""The members of campaigns: leads and contacts, each in a campaign once, and how they responded."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.clock import today
from dougong.kit.errors import BadRequest, Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.metadata.field_types.options import option_index
from dougong.metadata.model import Object
from dougong.records.api import Change, Query, Reading, Writing, columns_of, create, get, page, update
from dougong.records.hooks import THERE_ALREADY, Act, Batch, Row

MEMBER = "campaign_member"
CAMPAIGN, LEAD, CONTACT = "campaign_id", "lead_id", "contact_id"
KEY, RESPONSE, RESPONDED = "member_key", "response", "responded_on"
ANSWERED = "responded"
"""The attribute of a response that says that it is one."""


def check_members(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for a lead or contact that is in the campaign already, and for both in one member.

    Only a conversion makes a lead's membership its contact's too. Dates the response. The unique key decides between
    writers at the same moment.
    """
    problems: list[Problem] = []
    for row in batch.live:
        lead, contact = row.after(LEAD), row.after(CONTACT)
        if lead is not None and contact is not None and not w.actor.product and _moved(row):
            problems.append(Problem("campaign.one_of_both", LEAD, row.number))
        elif lead is not None or contact is not None:
            # Ids are unique over all objects: the lead's and the contact's never meet.
            key = f"{row.after(CAMPAIGN)}-{lead or contact}"
            if row.old.get(KEY) != key:
                row.values[KEY] = key
        if row.changes(RESPONSE) and row.after(RESPONDED) is None and _responded(batch.object, row.after(RESPONSE)):
            row.values[RESPONDED] = today(w.actor.timezone)
    problems += _already_there(batch, w)
    return problems


def _moved(row: Row) -> bool:
    return row.changes(LEAD) or row.changes(CONTACT)


def _responded(obj: Object, response: object) -> bool:
    option = next((one for one in obj.fields[RESPONSE].options if one.value == response), None)
    return option is not None and option.attributes.get(ANSWERED) is True


def _already_there(batch: Batch, w: Writing) -> list[Problem]:
    """Members by either of their two links, which the unique key, made of one, does not see."""
    problems: list[Problem] = []
    for name in (LEAD, CONTACT):
        wanted = [
            row
            for row in batch.live
            if row.after(name) is not None
            and (batch.act is not Act.UPDATE or row.changes(name) or row.changes(CAMPAIGN))
        ]
        there = _members(w, name, {row.after(name) for row in wanted}, {row.after(CAMPAIGN) for row in wanted})
        mine = {row.id for row in batch.rows}
        taken: set[tuple[int, int]] = set()
        for row in wanted:
            at = (row.after(CAMPAIGN), row.after(name))
            held = there.get(at)
            if at in taken or (held is not None and held not in mine):
                problems.append(Problem("campaign.already_member", name, row.number, {THERE_ALREADY: True}))
            taken.add(at)
    return problems


def _members(r: Reading, name: str, people: Collection[int], campaigns: Collection[int]) -> dict[tuple[int, int], int]:
    """By campaign and person the member that there is."""
    by_product = Reading(r.snapshot, r.registry, system("members of a campaign"))
    found: dict[tuple[int, int], int] = {}
    wanted = sorted(people)
    for start in range(0, len(wanted), PAGE_SIZE_MAX):
        among = Compare(Path((name,)), Operator.IN, tuple(wanted[start : start + PAGE_SIZE_MAX]))
        of_these = Compare(Path((CAMPAIGN,)), Operator.IN, tuple(sorted(campaigns)))
        query = Query(MEMBER, columns_of((CAMPAIGN, name, "id")), all_of(among, of_these), limit=PAGE_SIZE_MAX)
        while True:
            got = page(by_product, query)
            found |= {(row[0], row[1]): row[2] for row in got.rows}
            if got.next is None:
                break
            query = Query(query.object, query.columns, query.where, limit=query.limit, after=got.next)
    return found


def _add(link: str, w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the records members of a campaign; how many were added, and how many were members already."""
    campaign = _id(params.get("campaign_id"))
    get(w, "campaign", campaign, ("id",))
    there = _members(w, link, ids, [campaign])
    new = [one for one in ids if (campaign, one) not in there]
    given = {RESPONSE: params[RESPONSE]} if params.get(RESPONSE) else {}
    if new:
        create(w, MEMBER, [{CAMPAIGN: campaign, link: one, **given} for one in new])
    return {"added": len(new), "skipped": len(ids) - len(new)}


add_leads = partial(_add, LEAD)
add_contacts = partial(_add, CONTACT)


def set_response(w: Writing, ids: Sequence[int], params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give members a response, dated where a date is given; how many were changed."""
    field = w.registry.object(MEMBER).fields[RESPONSE]
    response = params.get(RESPONSE)
    if not isinstance(response, str) or response not in option_index(field).active:
        raise BadRequest("campaign.response_unknown", field=RESPONSE)
    values: dict[str, Any] = {RESPONSE: response}
    if params.get(RESPONDED):
        values[RESPONDED] = params[RESPONDED]
    outcome = update(w, MEMBER, [Change(one, values) for one in ids])
    return {"changed": sum(version is not None for version in outcome.versions)}


def _id(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 20):
        raise BadRequest("campaign.choose", field="campaign_id")
    return int(text)
