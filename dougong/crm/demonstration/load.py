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
from dougong.crm.demonstration.chance import Random, seeded
from dougong.crm.demonstration.customers import Contact, Customer, make_contacts, make_customers
from dougong.crm.demonstration.deals import Deal, make_deals
from dougong.crm.demonstration.words import Words, words
from dougong.expressions.ast import Compare, Operator, Path
from dougong.kit import clock
from dougong.kit.errors import Conflict
from dougong.metadata.model import Label
from dougong.metadata.registry import Registry, load_registry
from dougong.records.api import Change, Query, Reading, Writing, columns_of, create, page, update, writing
from dougong.records.people import add_person
from dougong.storage.unit_of_work import Transaction

SEED = 20_260_301
PASSWORD = "jiangzao-demo"  # noqa: S105  # everybody's at a company that does not exist; printed at each start
ZONE = "Asia/Shanghai"
ADMINISTRATOR = "admin"


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

    def create(self, login: str, object_name: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Create records as the person with `login`; what this person may not write, the administrator adds."""
        w = writing(self.transaction, self.registry, self.people[login], "ui")
        own = {f.name for f in editable_fields(w.actor, self.registry.object(object_name))}
        given = [{name: value for name, value in row.items() if name in own} for row in rows]
        ids = [int(record_id or 0) for record_id in create(w, object_name, given).ids]
        others = [{name: value for name, value in row.items() if name not in own} for row in rows]
        changes = [Change(record_id, values) for record_id, values in zip(ids, others, strict=True) if values]
        if changes:
            self.update(ADMINISTRATOR, object_name, changes)
        return ids

    def create_all(self, object_name: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[int]:
        """Create records of several people, a batch each; the ids are in the order of `rows`."""
        ids = [0] * len(rows)
        for login, places in _by(login for login, _ in rows).items():
            made = self.create(login, object_name, [rows[place][1] for place in places])
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
    _business(loading, seeded(seed), today or clock.today(ZONE))
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
        }
        if person.manager is not None:
            values["manager_id"] = ids[person.manager]
        ids[person.login] = add_person(w, values, role=person.role, profile=person.profile)
        store_hash(w.transaction, ids[person.login], password)
    update(w, "department", [Change(units[unit.code], {"manager_id": ids[unit.head]}) for unit in chosen.units])
    return {login: resolve(w.transaction, w.registry, user_id) for login, user_id in ids.items()}


def _business(loading: _Loading, random: Random, today: date) -> None:
    """Products, customers, deals and what happened between them."""
    chosen = loading.words
    products = _products(loading)
    customers = make_customers(random, chosen)
    contacts = make_contacts(random, chosen, customers)
    deals = make_deals(random, chosen, customers, contacts, today)
    account_ids = _accounts(loading, customers, deals)
    contact_rows = [(c.owner, {**c.values, "account_id": account_ids[c.customer]}) for c in contacts]
    contact_ids = loading.create_all("contact", contact_rows)
    deal_ids = _deals(loading, deals, account_ids, contact_ids, products)
    _report_lines(loading, contacts, contact_ids)
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
        rows.append((activity.owner, {**activity.values, **contact, "related_id": related}))
    loading.create_all("activity", rows)


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


def _accounts(loading: _Loading, customers: Sequence[Customer], deals: Sequence[Deal]) -> list[int]:
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
            rows.append((customer.owner, {**customer.values, **parent, "status": status(customer.key)}))
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
