"""Who takes part in deals, who influences whom, how long deals stayed in their stages, and what currencies are worth.

The stays are told as if they had happened on the days on which the story has them: the product dates its own records.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.customers import Contact
from dougong.crm.demonstration.deals import Deal
from dougong.expressions.ast import TRUE, Path
from dougong.kit.limits import PAGE_SIZE_MAX
from dougong.kit.money import rounded
from dougong.records.api import Change, Order, Query, Writing, columns_of, page, stamp, update

Row = tuple[str, Mapping[str, Any]]
CreateAll = Callable[[str, Sequence[Row]], list[int]]
"""Creates records of several people."""

RATES = {"USD": "7.12", "EUR": "8.25", "HKD": "0.91", "JPY": "0.047", "GBP": "9.4"}
ATTITUDES = ("champion", "friendly", "friendly", "neutral", "neutral", "opponent")
INFLUENCE = {"decision_maker": "high", "approver": "high", "evaluator": "medium", "user": "low"}
STEPS = ("约一次现场演示", "发送参考案例", "确认技术参数", "陪同参观样板工厂", "了解预算审批流程")
MORNING = time(9, 30)
ZONE = ZoneInfo("Asia/Shanghai")


def make_rates(administrator: str, today: date) -> list[Row]:
    """The exchange rates of the year."""
    day = date(today.year - 1, 1, 1).isoformat()
    return [(administrator, {"currency": code, "from_date": day, "rate": rate}) for code, rate in RATES.items()]


def make_players(
    random: Random, deals: Sequence[Deal], deal_ids: Sequence[int], contacts: Sequence[Contact], ids: Sequence[int]
) -> list[Row]:
    """The contacts of each open deal that has got as far as talking."""
    rows: list[Row] = []
    for deal, deal_id in zip(deals, deal_ids, strict=True):
        if deal.stage in {"prospecting", "won", "lost"}:
            continue
        for place, contact in enumerate(contacts):
            if contact.customer != deal.customer:
                continue
            values: dict[str, Any] = {
                "opportunity_id": deal_id,
                "contact_id": ids[place],
                "role": contact.role,
                "influence": INFLUENCE.get(contact.role, "medium"),
                "attitude": random.choice(ATTITUDES),
            }
            if random.random() < 0.5:
                values["next_step"] = random.choice(STEPS)
            rows.append((deal.owner, values))
    return rows


def make_influences(contacts: Sequence[Contact], ids: Sequence[int], accounts: Sequence[int]) -> list[Row]:
    """Where several people of an account are known, one who judges influences one who decides."""
    there: defaultdict[int, list[int]] = defaultdict(list)
    for place, contact in enumerate(contacts):
        there[contact.customer].append(place)
    rows: list[Row] = []
    for customer, places in there.items():
        if len(places) < 3:
            continue
        first, *_, last = places
        record = {"object": "account", "id": accounts[customer]}
        values = {"record_id": record, "from_contact_id": ids[last], "to_contact_id": ids[first]}
        rows.append((contacts[first].owner, {**values, "strength": "strong"}))
    return rows


def date_stays(w: Writing, deals: Sequence[Deal], deal_ids: Sequence[int], today: date) -> None:
    """Spread the stays of each deal over the time from its beginning to its end or to today."""
    stays: defaultdict[int, list[int]] = defaultdict(list)
    columns, order = columns_of(("id", "opportunity_id")), (Order(Path(("id",))),)
    after: str | None = None
    while True:
        found = page(w, Query("stage_stay", columns, TRUE, order=order, limit=PAGE_SIZE_MAX, after=after))
        for stay, deal_id in found.rows:
            stays[deal_id].append(stay)
        after = found.next
        if after is None:
            break
    changes: list[Change] = []
    kept: dict[int, dict[str, Any]] = {}
    for deal, deal_id in zip(deals, deal_ids, strict=True):
        begun, ended = date.fromisoformat(deal.values["engage_date"]), deal.stage in {"won", "lost"}
        until = min(deal.closes, today) if ended else today
        steps = len(stays[deal_id]) + (0 if ended else 1)
        at = [_moment(begun, until, n, steps) for n in range(steps + 1)]
        for stay, start, end in zip(stays[deal_id], at, at[1:], strict=False):
            days = rounded(Decimal(int((end - start).total_seconds())) / (24 * 60 * 60))
            changes.append(Change(stay, {"entered_at": start, "left_at": end, "days": days}))
        values: dict[str, Any] = {"stage_updated_at": at[-1] if ended else at[-2]}
        if ended:
            values |= {"ended_at": at[-1], "actual_days": (until - begun).days}
        kept[deal_id] = values
    update(w, "stage_stay", changes)
    stamp(w, "opportunity", kept)


def _moment(begun: date, until: date, step: int, steps: int) -> datetime:
    days = max(0, (until - begun).days) * step // max(1, steps)
    return datetime.combine(begun + timedelta(days=days), MORNING, ZONE)
