"""What was noted of the activities of the past, and what everybody has to do today. Pure and decided by the seed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.deals import Deal
from dougong.crm.demonstration.visits import visit
from dougong.metadata.field_types.places import Location

ZONE = ZoneInfo("Asia/Shanghai")

KEPT = (
    *("published_at", "visit_status", "visited_at", "planned", "checked_in_at", "checked_in_location", "accuracy"),
    *("distance", "position_state", "checked_out_at", "checked_out_location", "visit_minutes"),
)
"""What the product keeps of activities, brought along: they lie in the past."""


def noted(random: Random, values: Mapping[str, Any], place: Location | None) -> Mapping[str, Any]:
    """What the product would have noted of an activity when it happened."""
    if values["type"] == "task":
        return {"published_at": values["start_at"]} if values["status"] == "done" else {}
    posted = {"published_at": values["start_at"]}
    if values["type"] != "visit":
        return posted
    begin = datetime.fromisoformat(values["start_at"])
    return {**posted, **visit(random, place, begin, random.choice((45, 60, 75, 90, 120)))}


TODAY_PLANS = (
    ("visit", 10, "现场交流"),
    ("task", 11, "发最新报价"),
    ("visit", 15, "方案复核"),
    ("meeting", 17, "项目周会"),
)
"""What each salesperson has today: kind, hour, and what for."""


def plans_today(
    deals: Sequence[Deal], account_ids: Sequence[int], deal_ids: Sequence[int], today: date
) -> list[tuple[str, dict[str, Any]]]:
    """Visits, a task and a meeting today, and a visit tomorrow, about the live deals of each salesperson."""
    rows: list[tuple[str, dict[str, Any]]] = []
    mine: defaultdict[str, list[int]] = defaultdict(list)
    for place, deal in enumerate(deals):
        if deal.stage not in {"won", "lost"}:
            mine[deal.owner].append(place)
    for owner, places in mine.items():
        plans = [(kind, today, hour, what) for kind, hour, what in TODAY_PLANS]
        plans.append(("visit", today + timedelta(days=1), 9, "技术澄清"))
        for n, (kind, day, hour, what) in enumerate(plans):
            place = places[n % len(places)]
            start = datetime.combine(day, time(hour), ZONE)
            about = {"object": "account", "id": account_ids[deals[place].customer]}
            values: dict[str, Any] = {
                "type": kind,
                "subject": f"{what}：{deals[place].values['name']}"[:120],
                "start_at": start.isoformat(),
                "related_id": about if kind == "visit" else {"object": "opportunity", "id": deal_ids[place]},
            }
            if kind == "visit":
                values |= {"visit_status": "planned", "planned": True, "visit_type": "technical"}
            elif kind == "task":
                values |= {"status": "open", "due_date": day.isoformat(), "priority": "high"}
            else:
                values["end_at"] = (start + timedelta(hours=1)).isoformat()
            rows.append((owner, values))
    return rows
