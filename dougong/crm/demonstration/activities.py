"""What happened with the customers: visits, calls, meetings, mails, notes and tasks. Pure and decided by the seed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dougong.crm.demonstration.chance import Random
from dougong.crm.demonstration.customers import Contact, Customer
from dougong.crm.demonstration.deals import Deal
from dougong.crm.demonstration.words import Words

NUMBERS = {"visit": 52, "call": 62, "meeting": 26, "email": 24, "note": 22}
TASKS = {"done": 30, "open": 34, "overdue": 12}
ZONE = ZoneInfo("Asia/Shanghai")
MINUTES = {"visit": 90, "call": 15, "meeting": 60, "email": 5, "note": 5}


@dataclass(frozen=True)
class Activity:
    """Something that somebody did or has to do, about a deal or a customer (by its place in the story)."""

    owner: str
    about: tuple[Literal["deal", "customer"], int]
    contact: int | None
    values: dict[str, Any]


def make_activities(
    random: Random, words: Words, customers: list[Customer], contacts: list[Contact], deals: list[Deal], today: date
) -> list[Activity]:
    """The activities in the order of time."""
    teller = _Teller(random, words, customers, contacts, deals, today)
    made = [teller.happened(kind) for kind, number in NUMBERS.items() for _ in range(number)]
    made += [teller.task(state) for state, number in TASKS.items() for _ in range(number)]
    return sorted(made, key=lambda activity: str(activity.values["start_at"]))


@dataclass(frozen=True)
class _Teller:
    random: Random
    words: Words
    customers: list[Customer]
    contacts: list[Contact]
    deals: list[Deal]
    today: date

    def happened(self, kind: str) -> Activity:
        """Something in the past months, on a working day."""
        place = self.random.randrange(len(self.deals))
        moment = self._moment(self.random.randint(0, 110))
        told = self._text(kind, self.deals[place])
        values = {"type": kind, **told, "start_at": moment.isoformat()}
        if kind in {"visit", "meeting", "call"}:
            values["end_at"] = (moment + timedelta(minutes=MINUTES[kind])).isoformat()
        if kind == "visit":
            values["location_name"] = f"{self._customer(place).values['name']}"
        return self._activity(place, values)

    def task(self, state: str) -> Activity:
        """Something that is or was to be done: open ones lie ahead, overdue ones behind."""
        live = [n for n, deal in enumerate(self.deals) if deal.stage not in {"won", "lost"}]
        place = self.random.choice(live) if state != "done" else self.random.randrange(len(self.deals))
        ahead = {"done": -self.random.randint(1, 60), "overdue": -self.random.randint(1, 9)}.get(
            state, self.random.randint(0, 21)
        )
        told = self._text("task", self.deals[place])
        values = {
            "type": "task",
            **told,
            "start_at": self._moment(max(-ahead, 0) + self.random.randint(1, 10)).isoformat(),
            "due_date": (self.today + timedelta(days=ahead)).isoformat(),
            "status": "done" if state == "done" else "open",
            "priority": self.random.choices(("high", "normal", "low"), (3, 5, 2))[0],
        }
        return self._activity(place, values)

    def _activity(self, place: int, values: dict[str, Any]) -> Activity:
        deal = self.deals[place]
        # Most things are about the deal, some about the customer as a whole.
        about: tuple[Literal["deal", "customer"], int] = (
            ("deal", place) if self.random.random() < 0.75 else ("customer", deal.customer)
        )
        return Activity(deal.owner, about, deal.contact, values)

    def _text(self, kind: str, deal: Deal) -> dict[str, str]:
        phrase = self.random.choice(self.words.phrases[kind])
        contact = self.contacts[deal.contact] if deal.contact is not None else None
        customer = self.customers[deal.customer]
        slots = {
            "account": customer.short,
            "contact": contact.name if contact else "客户",
            "title": contact.title if contact else "负责人",
            "product": deal.product.short,
            "theme": deal.theme,
            "amount": f"{deal.amount / 10_000:.0f}",
            "city": customer.place.short,
            "days": self.random.randint(12, 60),
            "count": self.random.randint(3, 8),
            "rival": self.random.choice(self.words.phrases["rivals"]),
        }
        return {"subject": phrase["subject"].format(**slots), "content": phrase["content"].format(**slots)}

    def _customer(self, place: int) -> Customer:
        return self.customers[self.deals[place].customer]

    def _moment(self, days_ago: int) -> datetime:
        """A time in working hours, so many days ago or on the working day before."""
        day = self.today - timedelta(days=days_ago)
        day -= timedelta(days=max(day.weekday() - 4, 0))
        at = time(self.random.choice((9, 10, 11, 14, 15, 16, 17)), self.random.choice((0, 15, 30, 45)))
        return datetime.combine(day, at, ZONE).astimezone(UTC)
