"""Who the customers are: companies with addresses, and the people who work there. Pure and decided by the seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum.cn import uscc

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.words import Place, Words
from dougong.kit.pinyin import spelt

COMPANIES = {"east": 27, "south": 18}
"""How many customers each region has; the key account team has the groups and their subsidiaries."""

SUBSIDIARIES = 2
CONTACTS = (1, 1, 1, 2, 2, 2, 3)
MOBILE_PREFIXES = ("135", "136", "137", "138", "139", "150", "158", "159", "186", "188", "189")
DISTRICTS_OF_CODE = "3205"
"""The first digits of made-up registration numbers: a prefecture, so that the numbers have the right form."""


@dataclass(frozen=True)
class Customer:
    """An account as it will be created, and what the rest of the story needs to know of it."""

    key: int
    owner: str
    short: str
    place: Place
    values: dict[str, Any]
    parent: int | None = None
    large: bool = False
    domain: str = ""


@dataclass(frozen=True)
class Contact:
    """A person at a customer, by the customer's key."""

    customer: int
    owner: str
    name: str
    title: str
    role: str
    values: dict[str, Any]


def make_customers(random: Random, words: Words) -> list[Customer]:
    """The companies: regional ones, then the groups with their subsidiaries."""
    brands = list(words.brands)
    random.shuffle(brands)
    made: list[Customer] = []
    for region, number in COMPANIES.items():
        for _ in range(number):
            place = random.choice(words.places[region])
            trade = random.choice(words.trades)
            kind = random.choice(("有限公司", "有限公司", "有限公司", "股份有限公司"))
            brand = brands.pop()
            name = f"{place.short}{brand}{trade['name']}{kind}"
            owner = random.choice(words.sellers[region])
            made.append(_customer(random, len(made), owner, name, brand, trade["industry"], place))
    for group in words.groups:
        owner = random.choice(words.sellers["key"])
        place = random.choice(words.places["key"])
        head = _customer(random, len(made), owner, f"{group}集团有限公司", group, "manufacturing", place, large=True)
        made.append(head)
        for trade in random.sample(words.trades, SUBSIDIARIES):
            place = random.choice(words.places["key"])
            name = f"{group}（{place.short}）{trade['name']}有限公司"
            short = f"{group}{place.short}"
            made.append(
                _customer(random, len(made), owner, name, short, trade["industry"], place, parent=head.key, large=True)
            )
    return made


def _customer(
    random: Random,
    key: int,
    owner: str,
    name: str,
    short: str,
    industry: str,
    place: Place,
    *,
    parent: int | None = None,
    large: bool = False,
) -> Customer:
    employees = random.randint(800, 12_000) if large else int(random.triangular(30, 1_500, 180))
    level = random.choice("aab") if large else random.choices("abcd", (1, 4, 6, 2))[0]
    domain = f"{''.join(spelt(short))}.example"
    values: dict[str, Any] = {
        "name": name,
        "level": level,
        "industry": industry,
        "source": random.choice(SOURCES),
        "employees": employees,
        "annual_revenue": str(employees * random.randint(45, 120) * 10_000),
        "established_year": random.randint(1993, 2019),
        "tax_number": _registration_number(random),
        "country": "中国",
        "phone": f"{place.code}-{random.choice('68')}{random.randint(0, 9_999_999):07d}",
        "website": f"https://www.{domain}",
        "address": {
            "province": place.province,
            "city": place.city,
            "district": random.choice(place.districts),
            "street": f"{random.choice(place.streets)} {random.randint(8, 1999)} 号",
            "postcode": place.postcode,
        },
    }
    return Customer(key, owner, short, place, values, parent, large, domain)


SOURCES = ("website", "exhibition", "customer_referral", "cold_call", "search", "partner")


def _registration_number(random: Random) -> str:
    """A made-up 统一社会信用代码 with a right check digit."""
    body = f"91{DISTRICTS_OF_CODE}{random.randint(0, 99):02d}MA{''.join(random.choices('0123456789ABCDEFGHJK', k=7))}"
    return body + str(uscc.calc_check_digit(body))


def make_contacts(random: Random, words: Words, customers: list[Customer]) -> list[Contact]:
    """One to three people at each customer, large ones with one more; names are not repeated."""
    taken: set[str] = set()
    return [contact for customer in customers for contact in _at(random, words, customer, taken)]


def _at(random: Random, words: Words, customer: Customer, taken: set[str]) -> Iterator[Contact]:
    number = random.choice(CONTACTS) + (1 if customer.large else 0)
    for position in random.sample(words.titles, number):
        gender = random.choices(("male", "female"), (3, 2))[0]
        name = _name(random, words, gender)
        while name in taken:
            name = _name(random, words, gender)
        taken.add(name)
        pinyin = "".join(spelt(name))
        values: dict[str, Any] = {
            "name": name,
            "title": position["title"],
            "department_name": position["department"],
            "role": position["role"],
            "gender": gender,
            "mobile": f"{random.choice(MOBILE_PREFIXES)}{random.randint(0, 99_999_999):08d}",
            "email": f"{pinyin}@{customer.domain}",
        }
        if random.random() < 0.6:
            values["wechat"] = f"{pinyin}{random.randint(70, 99)}"
        if random.random() < 0.3:
            values["birthday"] = date(
                random.randint(1968, 1996), random.randint(1, 12), random.randint(1, 28)
            ).isoformat()
        yield Contact(customer.key, customer.owner, name, position["title"], position["role"], values)


def _name(random: Random, words: Words, gender: str) -> str:
    return random.choice(words.surnames) + random.choice(words.given_names[gender])
