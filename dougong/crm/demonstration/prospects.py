"""Whom the company would like to have as customers: campaigns of a year and the leads that they brought. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.customers import MOBILE_PREFIXES
from dougong.crm.demonstration.words import Words
from dougong.kit.pinyin import spelt

WITHOUT_CAMPAIGN = 70
"""Leads that came by themselves, beside those of the campaigns."""
CONVERTED = 20
"""Of how many leads there is an account by now; every second one has a deal."""
CALLS = 60
ZONE = ZoneInfo("Asia/Shanghai")
STATUSES = {"new": 34, "contacted": 31, "qualified": 17, "closed": 18}
SOURCES = {"exhibition": "exhibition", "online": "website"}
SCORES = {"high": (65, 95), "medium": (35, 70), "low": (5, 40)}
RESPONSES = {"invited": 4, "registered": 4, "attended": 7, "declined": 1}


@dataclass(frozen=True)
class Prospect:
    """A lead as it will be created; `campaign` by its place, `deal` the values of the one that came of it."""

    owner: str
    values: dict[str, Any]
    campaign: int | None
    response: str | None
    converted: bool
    deal: dict[str, Any] | None
    calls: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Prospects:
    """The campaigns, and the leads in the order in which they came."""

    campaigns: tuple[dict[str, Any], ...]
    leads: tuple[Prospect, ...]


def make_prospects(random: Random, words: Words, today: date) -> Prospects:
    """What `random` makes of the words, as of `today`."""
    path = resources.files("dougong.crm.demonstration").joinpath("prospects.yaml")
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = [first + second for first in told["first"] for second in told["second"]]
    random.shuffle(names)
    teller = _Teller(random, words, told, today, iter(names * 2))
    campaigns = tuple(teller.campaign(one) for one in told["campaigns"])
    of_campaigns = [place for place, one in enumerate(told["campaigns"]) for _ in range(one["leads"])]
    places: list[int | None] = [*of_campaigns, *([None] * WITHOUT_CAMPAIGN)]
    random.shuffle(places)
    chosen = set(random.sample(range(len(places)), CONVERTED))
    called = set(random.sample(range(len(places)), CALLS))
    leads = (teller.lead(place, n in chosen, n in called, n) for n, place in enumerate(places))
    return Prospects(campaigns, tuple(leads))


@dataclass(frozen=True)
class _Teller:
    random: Random
    words: Words
    told: dict[str, Any]
    today: date
    names: Iterator[str]

    def campaign(self, one: dict[str, Any]) -> dict[str, Any]:
        begin = self.today + timedelta(days=one["begin"])
        end = begin + timedelta(days=one["days"] - 1)
        status = "planned" if begin > self.today else "running" if end >= self.today else "completed"
        return {
            "name": one["name"],
            "type": one["type"],
            "status": status,
            "start_date": begin.isoformat(),
            "end_date": end.isoformat(),
            "budget_cost": str(one["budget"]),
            "expected_revenue": str(one["expected"]),
            "expected_response": 40,
            **({"actual_cost": str(one["actual"])} if "actual" in one else {}),
        }

    def lead(self, place: int | None, converted: bool, called: bool, number: int) -> Prospect:
        region = self.random.choice(("east", "east", "south"))
        at, trade = self.random.choice(self.words.places[region]), self.random.choice(self.words.trades)
        brand, product = next(self.names), self.random.choice(self.words.catalogue)
        slots = {"product": product.short, "theme": self.random.choice(product.themes)}
        gender = self.random.choices(("male", "female"), (3, 2))[0]
        name = self.random.choice(self.words.surnames) + self.random.choice(self.words.given_names[gender])
        quality = self.random.choices(("high", "medium", "low"), (2, 5, 3))[0]
        position = self.random.choice(self.words.titles)
        kind = None if place is None else self.told["campaigns"][place]["type"]
        status = self.random.choices(list(STATUSES), list(STATUSES.values()))[0]
        values = {
            "name": name,
            "company_name": f"{at.short}{brand}{trade['name']}有限公司",
            "title": position["title"],
            "department_name": position["department"],
            "gender": gender,
            "mobile": f"{self.random.choice(MOBILE_PREFIXES)}{number:04d}{self.random.randint(0, 9_999):04d}",
            "email": f"{''.join(spelt(name))}@{''.join(spelt(brand))}.example",
            "industry": trade["industry"],
            "status": "qualified" if converted else status,
            "quality": quality,
            "score": self.random.randint(*SCORES[quality]),
            "source": SOURCES.get(kind or "", "event")
            if kind
            else self.random.choice(("website", "search", "cold_call")),
            "need": self.random.choice(self.told["needs"]).format(**slots),
            "address": {"province": at.province, "city": at.city, "district": self.random.choice(at.districts)},
        }
        responded = self.random.choices(list(RESPONSES), list(RESPONSES.values()))[0]
        return Prospect(
            owner=self.random.choice(self.words.sellers[region]),
            values=values,
            campaign=place,
            response=None if place is None else responded,
            converted=converted,
            deal=self._deal(slots, values) if converted and number % 2 else None,
            calls=(self._call(slots),) if called and status != "new" else (),
        )

    def _deal(self, slots: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": f"{values['company_name'][:-4]}{slots['theme']}",
            "amount": str(self.random.randint(8, 90) * 10_000),
            "close_date": (self.today + timedelta(days=self.random.randint(20, 150))).isoformat(),
            "type": "new_business",
        }

    def _call(self, slots: dict[str, str]) -> dict[str, Any]:
        phrase = self.random.choice(self.told["calls"])
        day = self.today - timedelta(days=self.random.randint(0, 40))
        moment = datetime.combine(day, time(self.random.choice((9, 10, 14, 15, 16)), 30), ZONE).astimezone(UTC)
        return {
            "type": "call",
            "subject": phrase["subject"],
            "content": phrase["content"].format(**slots),
            "start_at": moment.isoformat(),
        }
