"""Stores the demonstration company, each record through the write path as the person whose it is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dougong.access.fields import editable_fields
from dougong.access.passwords import hash_password, store_hash
from dougong.access.principal import Principal, system
from dougong.access.resolve import resolve
from dougong.crm.demonstration.activities import make_activities
from dougong.crm.demonstration.bundles import load_bundles
from dougong.crm.demonstration.chance import Random, seeded
from dougong.crm.demonstration.customers import Contact, Customer, make_contacts, make_customers
from dougong.crm.demonstration.deals import Deal, make_deals, rests
from dougong.crm.demonstration.happenings import KEPT, noted, plans_today
from dougong.crm.demonstration.parts import date_stays, make_influences, make_players, make_rates
from dougong.crm.demonstration.paying import load_payments
from dougong.crm.demonstration.pooling import load_pools
from dougong.crm.demonstration.prospects import Prospects, make_prospects
from dougong.crm.demonstration.registry import registry_companies
from dougong.crm.demonstration.trading import load_catalogue, load_rules, load_trade
from dougong.crm.demonstration.visits import place_in
from dougong.crm.demonstration.words import Words, words
from dougong.crm.leads.conversion import convert
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit import clock
from dougong.kit.errors import Conflict
from dougong.metadata.field_types.places import Location
from dougong.metadata.model import Label
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Change, Query, Reading, Writing, columns_of, create, keeping, page, update, writing
from dougong.records.companies.store import put_in_force, store_companies
from dougong.records.people import add_person
from dougong.storage.unit_of_work import Transaction

SEED = 20_260_301
PASSWORD = "jiangzao-demo"  # noqa: S105  # everybody's at a company that does not exist; printed at each start
ZONE = "Asia/Shanghai"
ADMINISTRATOR = "admin"
MARKETING = "shenjiayi"

_Owned = tuple[str, int]
"""The login of who owns a record, and its id."""


@dataclass(frozen=True)
class SignIn:
    """One login for each kind of person, to be printed when the product starts."""

    login: str
    kind: Label


SIGN_INS = (
    SignIn("admin", Label("系统管理员", "Administrator")),
    SignIn("zhaoguoqiang", Label("销售总监", "Head of sales")),
    SignIn("liqiang", Label("销售经理", "Sales manager")),
    SignIn("wangfang", Label("销售", "Salesperson")),
    SignIn("hejing", Label("财务", "Finance")),
)


@dataclass
class _Loading:
    """The company while it is being stored: who writes, and the ids of what is there already."""

    transaction: Transaction
    registry: Registry
    words: Words
    people: dict[str, Principal]

    def create(
        self, login: str, object_name: str, rows: Sequence[Mapping[str, Any]], kept: Sequence[str] = ()
    ) -> list[int]:
        """Create records as the person with `login`; what this person may not write, the administrator adds.

        `kept`: maintained fields that are brought along, because the story lies in the past.
        """
        w = keeping(writing(self.transaction, self.registry, self.people[login], "ui"), *kept)
        own = {f.name for f in editable_fields(w.actor, self.registry.object(object_name))} | set(kept)
        given = [{name: value for name, value in row.items() if name in own} for row in rows]
        ids = [int(record_id or 0) for record_id in create(w, object_name, given).ids]
        others = [{name: value for name, value in row.items() if name not in own} for row in rows]
        changes = [Change(record_id, values) for record_id, values in zip(ids, others, strict=True) if values]
        if changes:
            self.update(ADMINISTRATOR, object_name, changes)
        return ids

    def create_all(
        self, object_name: str, rows: Sequence[tuple[str, Mapping[str, Any]]], kept: Sequence[str] = ()
    ) -> list[int]:
        """Create records of several people, a batch each; the ids are in the order of `rows`."""
        ids = [0] * len(rows)
        for login, places in _by(login for login, _ in rows).items():
            made = self.create(login, object_name, [rows[place][1] for place in places], kept)
            for place, record_id in zip(places, made, strict=True):
                ids[place] = record_id
        return ids

    def update(self, login: str, object_name: str, changes: Sequence[Change]) -> None:
        """Change records as the person with `login`."""
        update(writing(self.transaction, self.registry, self.people[login], "ui"), object_name, changes)


def _by(logins: Iterable[str]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, login in enumerate(logins):
        found[login].append(place)
    return dict(found)


def has_demonstration(r: Reading) -> bool:
    """Whether the system holds the demonstration company, so that its logins are worth printing."""
    where = Compare(Path(("code",)), Operator.EQ, (words().units[0].code,))
    return bool(page(r, Query("department", columns_of(("id",)), where, limit=1)).rows)


def load_demonstration(transaction: Transaction, *, seed: int = SEED, today: date | None = None) -> list[str]:
    """Fill an empty system (standard configuration, no people) with the demonstration company. Returns the logins.

    Everybody's password is `PASSWORD`. The same seed and day make the same company. Raises
    Conflict("demonstration.not_empty") when there is anybody already; then nothing is stored.
    """
    registry = load_registry(transaction)
    w = writing(transaction, registry, system("demonstration company"), "system")
    if page(w, Query("user", columns_of(("id",)), limit=1)).rows:
        raise Conflict("demonstration.not_empty")
    chosen = words()
    people = _people(w, chosen)
    loading = _Loading(transaction, registry, chosen, people)
    day = today or clock.today(ZONE)
    deal_ids, contact_ids = _business(loading, seeded(seed), day)
    # By a chance of their own, so that more prospects do not tell the story of the customers anew.
    _prospects(loading, make_prospects(seeded(seed + 1), chosen, day), deal_ids, contact_ids)
    load_pools(transaction, registry, people)
    _registry(w, registry_companies(seeded(seed + 2), chosen))
    return list(people)


def _people(w: Writing, chosen: Words) -> dict[str, Principal]:
    """Departments, the company's own role, people with passwords, and heads."""
    create(w, "role", [chosen.role])
    units: dict[str, int] = {}
    for unit in chosen.units:
        values = {"name": unit.name, "code": unit.code, "order_number": len(units) + 1}
        parent = {} if unit.parent is None else {"parent_id": units[unit.parent]}
        units[unit.code] = int(create(w, "department", [{**values, **parent}]).ids[0] or 0)
    password = hash_password(PASSWORD)
    ids: dict[str, int] = {}
    for number, person in enumerate(chosen.people, start=1):
        values = {
            "name": person.name,
            "login": person.login,
            "email": f"{person.login}@{chosen.domain}",
            "phone": person.mobile,
            "employee_code": f"JZ{number:04d}",
            "department_id": units[person.unit],
            "position": person.position,
            "joined_on": person.joined,
            "activated_at": clock.now(),
        }
        if person.manager is not None:
            values["manager_id"] = ids[person.manager]
        ids[person.login] = add_person(w, values, role=person.role, profile=person.profile)
        store_hash(w.transaction, ids[person.login], password)
    update(w, "department", [Change(units[unit.code], {"manager_id": ids[unit.head]}) for unit in chosen.units])
    return {login: resolve(w.transaction, w.registry, user_id) for login, user_id in ids.items()}


def _business(loading: _Loading, random: Random, today: date) -> tuple[list[_Owned], list[_Owned]]:
    """Products, customers, deals and what happened between them; the deals and the contacts."""
    chosen = loading.words
    products = _products(loading)
    load_catalogue(loading.transaction, loading.registry, loading.people, chosen, products)
    customers = make_customers(random, chosen)
    contacts = make_contacts(random, chosen, customers)
    deals = make_deals(random, chosen, customers, contacts, today)
    places = [place_in(random, customer.place.short) for customer in customers]
    account_ids = _accounts(loading, customers, deals, places)
    contact_rows = [(c.owner, {**c.values, "account_id": account_ids[c.customer]}) for c in contacts]
    contact_ids = loading.create_all("contact", contact_rows)
    deal_ids = _deals(loading, deals, account_ids, contact_ids, products)
    sold = load_trade(loading.transaction, loading.registry, loading.people, (deals, deal_ids), today)
    load_payments(loading.transaction, loading.registry, loading.people, sold, today)
    load_rules(loading.transaction, loading.registry, loading.people, products)
    # A rest ends on a day to come, whatever day the company is made for.
    for place, values in rests(deals, max(today, clock.today(ZONE))):
        loading.update(deals[place].owner, "opportunity", [Change(deal_ids[place], values)])
    everything = load_bundles(lambda name, rows: loading.create(ADMINISTRATOR, name, rows), products)
    _offer(loading, deals, deal_ids, everything)
    _report_lines(loading, contacts, contact_ids)
    _parts(loading, today, (deals, deal_ids), (contacts, contact_ids), account_ids)
    activities = make_activities(random, chosen, customers, contacts, deals, today)
    rows = []
    for activity in activities:
        kind, place = activity.about
        related = (
            {"object": "opportunity", "id": deal_ids[place]}
            if kind == "deal"
            else {"object": "account", "id": account_ids[place]}
        )
        contact = {} if activity.contact is None else {"contact_id": contact_ids[activity.contact]}
        kept = noted(random, activity.values, places[deals[place].customer if kind == "deal" else place])
        rows.append((activity.owner, {**activity.values, **kept, **contact, "related_id": related}))
    rows += plans_today(deals, account_ids, deal_ids, today)
    loading.create_all("activity", rows, KEPT)
    _mention(loading, rows)
    return (
        [(deal.owner, deal_id) for deal, deal_id in zip(deals, deal_ids, strict=True)],
        [(contact.owner, contact_id) for contact, contact_id in zip(contacts, contact_ids, strict=True)],
    )


def _registry(w: Writing, companies: Iterable[Mapping[str, str]]) -> None:
    """The companies that forms offer, as if somebody had loaded a file of them."""
    where = Compare(Path(("kind",)), Operator.EQ, ("file",))
    for (provider,) in page(w, Query("registry_provider", columns_of(("id",)), where, limit=1)).rows:
        count = store_companies(w.transaction, provider, provider, companies)
        put_in_force(w.transaction, provider, provider, count, REGISTRY_FILE)


REGISTRY_FILE = "示例企业库.csv"
OLD_CUSTOMERS = 4
"""The place of the campaign for those who are customers already."""
FROM_CAMPAIGNS = 6
"""One of so many deals came of a campaign."""


def _prospects(loading: _Loading, told: Prospects, deals: Sequence[_Owned], contacts: Sequence[_Owned]) -> None:
    """Campaigns, their leads and members, and what became of the leads: converted as people convert them."""
    campaigns = loading.create(MARKETING, "campaign", told.campaigns)
    rows = [
        (one.owner, {**one.values, **({} if one.campaign is None else {"campaign_id": campaigns[one.campaign]})})
        for one in told.leads
    ]
    leads = loading.create_all("lead", rows)
    members: list[dict[str, Any]] = [
        {"campaign_id": campaigns[one.campaign], "lead_id": lead, "response": one.response}
        for one, lead in zip(told.leads, leads, strict=True)
        if one.campaign is not None
    ]
    members += [
        {"campaign_id": campaigns[OLD_CUSTOMERS], "contact_id": contact, "response": "attended"}
        for _, contact in contacts[::3]
    ]
    loading.create(MARKETING, "campaign_member", members)
    calls = [
        (one.owner, {**call, "related_id": {"object": "lead", "id": lead}})
        for one, lead in zip(told.leads, leads, strict=True)
        for call in one.calls
    ]
    loading.create_all("activity", calls)
    past = [number for number, one in zip(campaigns, told.campaigns, strict=True) if one["status"] != "planned"]
    for place, (login, deal) in enumerate(deals[::FROM_CAMPAIGNS]):
        loading.update(login, "opportunity", [Change(deal, {"campaign_id": past[place % len(past)]})])
    for one, lead in zip(told.leads, leads, strict=True):
        if one.converted:
            w = writing(loading.transaction, loading.registry, loading.people[one.owner], "ui")
            wanted = None if one.deal is None else {"values": one.deal}
            convert(w, [lead], {"account": {"values": {}}, "contact": {"values": {}}, "opportunity": wanted})


MANAGER, MENTIONED = "liqiang", "wangfang"
OFFERED = "JZ-WS"


def _offer(loading: _Loading, deals: Sequence[Deal], ids: Sequence[int], products: Mapping[str, int]) -> None:
    """A quote for one of her deals with a bundle as it comes, to be configured."""
    deal = next(i for one, i in zip(deals, ids, strict=True) if one.owner == MENTIONED and one.stage == "proposal")
    (quote,) = loading.create(MENTIONED, "quote", [{"opportunity_id": deal}])
    line = {"quote_id": quote, "product_id": products[OFFERED], "quantity": "2"}
    loading.create(MENTIONED, "quote_line", [line])


def _mention(loading: _Loading, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """The manager asks a salesperson about a deal of hers, and she hears of it."""
    asked = next(
        values for owner, values in rows if owner == MENTIONED and values["related_id"]["object"] == "opportunity"
    )
    name = loading.people[MENTIONED].name
    note = {
        "type": "note",
        "subject": f"@{name} 客户的预算批下来了吗？",
        "content": f"@{name} 周五例会前请更新进展和下一步计划。",
        "related_id": asked["related_id"],
    }
    (activity_id,) = loading.create(MANAGER, "activity", [note])
    person = loading.people[MENTIONED].user_id
    loading.create(MANAGER, "activity_mention", [{"activity_id": activity_id, "user_id": person}])


def _parts(
    loading: _Loading,
    today: date,
    deals: tuple[Sequence[Deal], Sequence[int]],
    contacts: tuple[Sequence[Contact], Sequence[int]],
    account_ids: Sequence[int],
) -> None:
    """What belongs to the deals: who takes part, how long they were where, and what other currencies are worth."""
    loading.create_all("exchange_rate", make_rates(ADMINISTRATOR, today))
    # Chance of its own: the rest of the company stays as it is.
    loading.create_all("opportunity_contact", make_players(seeded(SEED + 1), *deals, *contacts))
    loading.create_all("influence", make_influences(*contacts, account_ids))
    product = writing(loading.transaction, loading.registry, system("demonstration company"), "system")
    date_stays(product, *deals, today)


def _products(loading: _Loading) -> dict[str, int]:
    rows = [
        {
            "name": product.name,
            "code": product.code,
            "family": product.family,
            "list_price": str(product.price),
            "unit": product.unit,
            "description": f"<p>{product.name}，常用于{'、'.join(product.themes)}。</p>",
        }
        for product in loading.words.catalogue
    ]
    ids = loading.create(ADMINISTRATOR, "product", rows)
    return {product.code: record_id for product, record_id in zip(loading.words.catalogue, ids, strict=True)}


def _accounts(
    loading: _Loading, customers: Sequence[Customer], deals: Sequence[Deal], places: Sequence[Location | None]
) -> list[int]:
    """Accounts, groups before their subsidiaries. Who has bought is a customer, who only lost us is lost."""
    stages: defaultdict[int, set[str]] = defaultdict(set)
    for deal in deals:
        stages[deal.customer].add(deal.stage)

    def status(key: int) -> str:
        if "won" in stages[key]:
            return "customer"
        return "lost" if stages[key] == {"lost"} else "prospect"

    heads = [c for c in customers if c.parent is None]
    ids: dict[int, int] = {}
    for part in (heads, [c for c in customers if c.parent is not None]):
        rows = []
        for customer in part:
            parent = {} if customer.parent is None else {"parent_id": ids[customer.parent]}
            where = {"location": places[customer.key], "status": status(customer.key)}
            rows.append((customer.owner, {**customer.values, **parent, **where}))
        made = loading.create_all("account", rows)
        ids |= {customer.key: record_id for customer, record_id in zip(part, made, strict=True)}
    return [ids[customer.key] for customer in customers]


def _deals(
    loading: _Loading,
    deals: Sequence[Deal],
    account_ids: Sequence[int],
    contact_ids: Sequence[int],
    products: Mapping[str, int],
) -> list[int]:
    """Opportunities with their lines, then brought stage by stage to where they stand, so that history tells it."""
    rows = []
    for deal in deals:
        links: dict[str, Any] = {"account_id": account_ids[deal.customer], "product_id": products[deal.product.code]}
        if deal.contact is not None:
            links["contact_id"] = contact_ids[deal.contact]
        rows.append((deal.owner, {**deal.values, **links}))
    ids = loading.create_all("opportunity", rows)
    lines = [
        (deal.owner, {**line, "product_id": products[line["product"]], "opportunity_id": deal_id})
        for deal, deal_id in zip(deals, ids, strict=True)
        for line in deal.lines
    ]
    lines = [(owner, {name: value for name, value in line.items() if name != "product"}) for owner, line in lines]
    loading.create_all("opportunity_line", lines)
    for step in range(max(len(deal.updates) for deal in deals)):
        for login, places in _by(deal.owner for deal in deals).items():
            changes = [
                Change(ids[place], deals[place].updates[step]) for place in places if step < len(deals[place].updates)
            ]
            if changes:
                loading.update(login, "opportunity", changes)
    return ids


def _report_lines(loading: _Loading, contacts: Sequence[Contact], contact_ids: Sequence[int]) -> None:
    """Whoever decides at a customer is the one to whom the others there report."""
    chiefs: dict[int, int] = {}
    for place, contact in enumerate(contacts):
        if contact.role == "decision_maker":
            chiefs.setdefault(contact.customer, place)
    for login, places in _by(contact.owner for contact in contacts).items():
        changes = [
            Change(contact_ids[place], {"reports_to_id": contact_ids[chiefs[contacts[place].customer]]})
            for place in places
            if contacts[place].customer in chiefs and chiefs[contacts[place].customer] != place
        ]
        if changes:
            loading.update(login, "contact", changes)
