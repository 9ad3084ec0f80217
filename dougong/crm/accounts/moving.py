"""A contact that takes part in open deals of its account does not move to another account (domain.md 2.2)."""

from collections import defaultdict
from collections.abc import Iterator

from dougong.access.principal import system
from dougong.expressions.ast import Compare, Operator, Path, all_of
from dougong.kit.errors import Problem
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.records.api import Query, Reading, Writing, columns_of, page
from dougong.records.hooks import Batch
from dougong.records.work import MERGING

DEAL, PART = "opportunity", "opportunity_contact"
GOING_ON = ("open", "on_hold")
SHOWN = 5
"""How many deals are named."""


def stays_with_deals(batch: Batch, w: Writing) -> list[Problem]:
    """A problem for each contact that would leave an account with open deals that it takes part in."""
    if w.via == MERGING:
        return []  # their deals go with them
    moved = {row.id: row for row in batch.live if row.changes("account_id") and row.old.get("account_id")}
    if not moved or DEAL not in w.registry.objects or "outcome" not in w.registry.objects[DEAL].fields:
        return []
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for contact, account, deal, name in _deals(w, tuple(sorted(moved))):
        if account == moved[contact].old["account_id"]:
            found[contact][deal] = name
    seen = _visible(w, {deal for deals in found.values() for deal in deals})
    problems = []
    for contact, deals in found.items():
        row = moved[contact]
        names = [name for deal, name in deals.items() if deal in seen][:SHOWN]
        params = {"name": row.after("name"), "count": len(deals)}
        more = len(names) < len(deals)
        params |= {"names_zh": "、".join(names) + ("等" if more else "")}
        params |= {"names_en": ", ".join([*names, *(["others"] if more else [])])}
        problems.append(Problem("contact.in_open_deals", "account_id", row.number, params))
    return problems


def _deals(w: Writing, contacts: tuple[int, ...]) -> Iterator[tuple[int, int | None, int, str]]:
    """The open deals of these contacts: contact, account, deal and its name."""
    product = Reading(w.snapshot, w.registry, system("contacts of open deals"))
    among = Compare(Path(("contact_id",)), Operator.IN, contacts)
    is_open = Compare(Path(("outcome",)), Operator.IN, GOING_ON)
    columns = columns_of(("contact_id", "account_id", "id", "name"))
    yield from page(product, Query(DEAL, columns, all_of(among, is_open), limit=PAGE_SIZE_MAX)).rows
    if PART in w.registry.objects:
        is_open = Compare(Path(("opportunity", "outcome")), Operator.IN, GOING_ON)
        columns = columns_of(("contact_id", "opportunity.account_id", "opportunity.id", "opportunity.name"))
        yield from page(product, Query(PART, columns, all_of(among, is_open), limit=PAGE_SIZE_MAX)).rows


def _visible(w: Writing, deals: set[int]) -> set[int]:
    """Those of the deals that the writer may see, and so be told of by name."""
    from_rights = w.actor.administers or DEAL in w.actor.rights
    if not deals or not from_rights:
        return set()
    where = Compare(Path(("id",)), Operator.IN, tuple(sorted(deals))[:PAGE_SIZE_MAX])
    return {row[0] for row in page(w, Query(DEAL, columns_of(("id",)), where, limit=PAGE_SIZE_MAX)).rows}
